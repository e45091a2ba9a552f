import { z } from '@hono/zod-openapi';
import { isDomain, toDomain } from '../../../domain/links.ts';
import { isPlainName } from '../../../domain/verification/company-name.ts';
import { fault } from '../schemas/one-of.ts';
import { AccountId } from '../users/user-schemas.ts';

const MOST_DECLARED = 50;

export const AccountParams = z.object({ accountId: AccountId });

const CompanyNames = z
  .array(
    z
      .string()
      .max(240)
      .overwrite((text) => text.normalize('NFC'))
      .refine(isPlainName, fault('invalid_format', 'must be 1 to 60 characters of plain text')),
  )
  .max(MOST_DECLARED)
  .openapi({
    description: 'Company names that look like links, spelled exactly as in requests',
    example: ['Booking.com'],
  });

const Domains = z
  .array(
    z
      .string()
      .max(253)
      .overwrite(toDomain)
      .refine(isDomain, fault('invalid_format', 'must be a domain such as kopi.example')),
  )
  .max(MOST_DECLARED)
  .openapi({
    description:
      'Domains that company names and message templates may contain, including subdomains and paths',
    example: ['kopi.example'],
  });

export const SenderBody = z
  .strictObject({ companyNames: CompanyNames.default([]), domains: Domains.default([]) })
  .openapi('SenderRequest', { description: 'What the messages of an account may contain.' });

export const Sender = z
  .object({
    accountId: z.string().describe('The ID of the account'),
    companyNames: z.array(z.string()).describe('Company names that look like links'),
    domains: z.array(z.string()).describe('Domains to which its messages may link'),
  })
  .openapi('Sender', { description: 'Links that the messages of an account may contain.' });
