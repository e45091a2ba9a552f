import { VERSION } from '../lib/version.ts';

/** The head of the OpenAPI document; everything else in it is made from the routes. */
export const openApiInfo = {
  openapi: '3.1.0',
  info: {
    title: 'Waverify',
    version: VERSION,
    description:
      'Self-hosted phone verification: send a one-time code, check the one that comes back.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  security: [{ apiKey: [] }, { bearer: [] }],
};
