import { z } from '@hono/zod-openapi';
import { PhoneNumber } from '../schemas/identifiers.ts';

export const PairBody = z
  .strictObject({
    number: PhoneNumber.openapi({ description: 'The number of the WhatsApp account to link' }),
  })
  .openapi('PairRequest', { description: 'The number to link.' });

const qrFormats = ['json', 'png', 'svg', 'txt'] as const;

export const QrQuery = z.strictObject({
  format: z.enum(qrFormats).default('json').openapi({
    description: '`txt` is for terminals; its last line is the text of the QR code',
  }),
});

const expiry = {
  expiresAt: z.iso.datetime().describe('When WhatsApp stops accepting it'),
  expiresIn: z.int().describe('Seconds until WhatsApp stops accepting it'),
};

export const Qr = z
  .object({
    qr: z.string().describe('The text of the QR code'),
    dataUrl: z.string().describe('The QR code as a PNG in a `data:` URL, for an `img` element'),
    ...expiry,
  })
  .openapi('SessionQr', { description: 'A QR code that links a session.' });

export const PairingCode = z
  .object({
    pairingCode: z.string().openapi({
      description: 'The code to enter in WhatsApp on the phone',
      example: 'ABCD1234',
    }),
    ...expiry,
  })
  .openapi('PairingCode', { description: 'A code that links a session.' });
