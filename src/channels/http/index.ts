import { z } from 'zod';
import { choice, headerSecret, httpUrl } from '../../../config/fields.ts';
import { type CommonParts, defineChannel } from '../contract.ts';
import { failuresField, headersField, pathField, receiptStatusesField } from './fields.ts';
import { createHttpChannel } from './http-channel.ts';
import { findFaults, findReceiptMapping, type HttpSettings } from './settings.ts';

/** Passes codes to the operator's own gateway, or to any SMS provider by templates. */
export const httpChannel = defineChannel({
  variables: {
    HTTP_CHANNEL_URL: httpUrl,
    HTTP_CHANNEL_TOKEN: headerSecret(0).optional(),
    HTTP_CHANNEL_METHOD: choice(['POST', 'PUT', 'GET']).default('POST'),
    HTTP_CHANNEL_HEADERS: headersField,
    HTTP_CHANNEL_BODY: z.string().optional(),
    HTTP_CHANNEL_BODY_TYPE: choice(['json', 'form']).default('json'),
    HTTP_CHANNEL_ID_PATH: pathField,
    HTTP_CHANNEL_FAILURES: failuresField,
    HTTP_CHANNEL_RECEIPT_ID_PATH: pathField,
    HTTP_CHANNEL_RECEIPT_STATUS_PATH: pathField,
    HTTP_CHANNEL_RECEIPT_STATUSES: receiptStatusesField,
  },
  prefix: 'HTTP_CHANNEL',
  required: ['HTTP_CHANNEL_URL'],
  findFaults,
  create: (values: HttpSettings, { name }: CommonParts) =>
    createHttpChannel({
      name,
      // The URL is never empty: without it the environment is invalid.
      url: values.HTTP_CHANNEL_URL ?? '',
      token: values.HTTP_CHANNEL_TOKEN,
      method: values.HTTP_CHANNEL_METHOD,
      headers: values.HTTP_CHANNEL_HEADERS,
      body: values.HTTP_CHANNEL_BODY,
      bodyType: values.HTTP_CHANNEL_BODY_TYPE,
      idPath: values.HTTP_CHANNEL_ID_PATH,
      failures: values.HTTP_CHANNEL_FAILURES,
      receipts: findReceiptMapping(values),
    }),
});
