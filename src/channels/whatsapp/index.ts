import { z } from 'zod';
import { integer, limit, socketUrl } from '../../../config/fields.ts';
import { defineChannel } from '../contract.ts';
import { createWhatsAppChannel, type WhatsAppChannelOptions } from './whatsapp-channel.ts';

/** Sends codes from linked WhatsApp numbers. Their pool exists whether or not the channel is enabled. */
export const whatsAppChannel = defineChannel({
  variables: {
    WHATSAPP_SOCKET_URL: socketUrl(),
    WHATSAPP_MEDIA_HOST: z
      .string()
      .regex(/^[a-z0-9.-]+(?::\d{1,5})?$/, 'must be a host name, or one with a port')
      .default('mmg.whatsapp.net'),
    WHATSAPP_VERSION: z
      .string()
      .regex(/^\d{1,5}(\.\d{1,10}){2}$/, 'must be like 2.3000.1043857760')
      .transform((text) => text.split('.').map(Number) as [number, number, number])
      .optional(),
    WHATSAPP_NEW_CONTACTS_PER_DAY: limit(20),
    // Of each session; 0 for no limit.
    WHATSAPP_GROUP_ADDS_PER_DAY: limit(20),
    WHATSAPP_GROUPS_PER_DAY: limit(2),
    WHATSAPP_GROUP_CHANGE_SECONDS: integer(0, 3600, 30),
    WHATSAPP_SPACING_MS: integer(0, 60_000, 1000),
    WHATSAPP_ACK_SECONDS: integer(1, 30, 2),
  },
  prefix: 'WHATSAPP',
  limits: [
    'WHATSAPP_NEW_CONTACTS_PER_DAY',
    'WHATSAPP_GROUP_ADDS_PER_DAY',
    'WHATSAPP_GROUPS_PER_DAY',
  ],
  isOnByDefault: true,
  reportsDelivery: true,
  // A phone drops a message whose ID it has.
  deduplicates: true,
  linking: 'WhatsApp        link a number: POST /api/sessions, then GET /api/sessions/ID/qr',
  create: (_, parts: WhatsAppChannelOptions) => createWhatsAppChannel(parts),
});
