import { VERSION } from '../../lib/version.ts';

/** The groups of operations, in the order of the document. */
const tags = [
  {
    name: 'Verification',
    description: 'Send a one-time code to a phone number, and check the code that the user enters.',
  },
  {
    name: 'Test numbers',
    description: 'Numbers with a fixed code for automated tests. Nothing is sent to them.',
  },
  {
    name: 'Templates',
    description: 'Message texts, and the links that they may contain.',
  },
  { name: 'Keys', description: 'API keys of an account: their scopes, restrictions and lifetime.' },
  { name: 'Sessions', description: 'Linked WhatsApp numbers, from which messages are sent.' },
  {
    name: 'Conversations',
    description: 'Messages, chats and contacts of a session that stores them.',
  },
  { name: 'Groups', description: 'The groups of a session and their members.' },
  {
    name: 'Webhooks',
    description: 'The events of an account, and the webhooks that they are pushed to.',
  },
  {
    name: 'Hooks',
    description: 'URLs that other servers call to have the codes that they create delivered.',
  },
  { name: 'Usage', description: 'Who called which route, how often, and how long it took.' },
  { name: 'Analytics', description: 'Dashboard, funnel and logs of an account.' },
  {
    name: 'Recipients',
    description: 'Everything stored about one phone number: export it, or erase it.',
  },
  { name: 'People', description: 'Users who log in with an email address and a password.' },
  { name: 'Health', description: 'Whether the service is up, and ready for requests.' },
] as const;

export type Tag = (typeof tags)[number]['name'];

/** The fixed part of the OpenAPI document. The rest is generated from the routes. */
export const openApiInfo = {
  openapi: '3.1.0',
  info: {
    title: 'Waverify',
    version: VERSION,
    description: [
      'Self-hosted phone verification: send a one-time code, and check the code that the user enters.',
      'Every success is `{ success, message, data }`. Every failure is `application/problem+json` (RFC 9457); switch on its `code`.',
      'Every response has an `X-Request-Id` header, which is also in the log.',
    ].join('\n\n'),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/', description: 'The installation that serves this document' }],
  tags: [...tags],
  security: [{ apiKey: [] }, { bearer: [] }],
};

export const securitySchemes = {
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'An API key of an account, or the `API_KEY` of the installation.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, or the access token of a user (`POST /api/auth/login`).',
  },
} as const;
