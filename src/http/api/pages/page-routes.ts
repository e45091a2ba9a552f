import { invalidField } from '../../../domain/refusal.ts';
import { isReturnUrl } from '../../../domain/verification/page.ts';
import type { PageContext } from '../../../services/verification/pages/context.ts';
import { createPage } from '../../../services/verification/pages/create-page.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { type BaseUrlParts, createReadBaseUrl } from '../base-url.ts';
import { answer, success } from '../schemas/envelope.ts';
import { PHONE_FAULTS } from '../schemas/identifiers.ts';
import {
  DEFAULT_PURPOSE,
  type ReadCompanyName,
  type ReadRecipient,
} from '../verification/parse-verification.ts';
import { CreatedPage, createdPageExample, NewPageBody } from './page-schemas.ts';

type Dependencies = BaseUrlParts & {
  readonly hostedPages: PageContext;
  readonly readRecipient: ReadRecipient;
  readonly readCompanyName: ReadCompanyName;
  /** Where hosted pages may hand their result. */
  readonly pageOrigins: readonly string[];
};

const NOT_ALLOWED = 'must be on an origin in PAGE_ORIGINS';

/** Links to hosted pages, which src/http/pages/verify serves. */
export function pageRoutes(dependencies: Dependencies) {
  const { hostedPages, readRecipient, readCompanyName, pageOrigins } = dependencies;
  const readBaseUrl = createReadBaseUrl(dependencies);
  const router = createRouter();

  const createRoute = operation({
    method: 'post',
    path: '/',
    operationId: 'createPage',
    tag: 'Verification',
    summary: 'Create a hosted page',
    description:
      'Creates a link to a page on which the user verifies a phone number. It works for ten minutes, in the first browser that uses it, and for one verification. The page hands a proof to `returnUrl` or to the window that opened it; your server redeems the proof with `POST /api/otp/proof/redeem`.',
    body: NewPageBody,
    bodyExample: { companyName: 'Kopi & Roti', returnUrl: 'https://shop.example.com/verified' },
    answers: {
      201: answer(CreatedPage, 'The link', {
        message: 'Page created',
        example: createdPageExample,
      }),
    },
    fails: PHONE_FAULTS,
  });
  router.openapi(createRoute, async (c) => {
    const { phoneNumber, purpose = DEFAULT_PURPOSE, ...body } = c.req.valid('json');
    const { returnUrl, openerOrigin, locale } = body;
    if (returnUrl !== undefined && !isReturnUrl(returnUrl, pageOrigins)) {
      throw invalidField('returnUrl', NOT_ALLOWED, 'invalid_value');
    }
    if (openerOrigin !== undefined && !pageOrigins.includes(openerOrigin)) {
      throw invalidField('openerOrigin', 'must be one of PAGE_ORIGINS', 'invalid_value');
    }
    const caller = c.get('caller');
    const recipient = phoneNumber === undefined ? undefined : readRecipient(phoneNumber);
    const companyName = await readCompanyName(caller, body.companyName);
    const request = { recipient, purpose, companyName, locale, returnUrl, openerOrigin };
    const page = await createPage(hostedPages, caller, request);
    const data = {
      pageId: page.pageId,
      url: `${readBaseUrl(c)}/verify/${page.token}`,
      expiresAt: page.expiresAt.toISOString(),
      expiresIn: page.expiresInSeconds,
    };
    return c.json(success('Page created', data), 201);
  });

  return router;
}
