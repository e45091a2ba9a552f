import type { Caller, RequestOrigin } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type { StoredPage } from '../../../storage/pages/page-store.ts';
import { PROOF_SECONDS } from '../proof/proof-tokens.ts';
import type { PageContext } from './context.ts';
import { digestBrowser } from './page-links.ts';

/** The browser that requests a page. */
export type Visitor = Pick<RequestOrigin, 'ipAddress' | 'userAgent'> & {
  /** From its cookie; undefined if it has none. */
  readonly browserId: string | undefined;
};

/** A page that the browser may use, and the caller for which it acts. */
export type OpenPage = { readonly page: StoredPage; readonly caller: Caller };

/**
 * Finds the page of a link. Nothing is changed, because programs open links before people do.
 * @throws {AppError} `not_found` if the link is not valid, has expired or was used; `forbidden` if another browser uses it.
 */
export async function findPage(
  { pages, links, verification: { now } }: PageContext,
  token: string,
  visitor: Visitor,
): Promise<OpenPage> {
  const pageId = links.read(token);
  const page = pageId === undefined ? undefined : await pages.find(pageId);
  if (!page || isOver(page, now())) throw ended();
  const { browserDigest } = page;
  if (browserDigest !== undefined && browserDigest !== toDigest(page, visitor)) throw inUse();
  return { page, caller: toCaller(page, visitor) };
}

/**
 * The same for a form that the browser submits. The first browser that does so is the one that uses the page.
 * @throws {AppError} as `findPage`; `forbidden` also for a browser without the cookie.
 */
export async function claimPage(
  ctx: PageContext,
  token: string,
  visitor: Visitor,
): Promise<OpenPage> {
  const open = await findPage(ctx, token, visitor);
  const { page } = open;
  const digest = toDigest(page, visitor);
  if (page.verifiedAt !== undefined) throw ended();
  if (digest === undefined) throw new AppError('forbidden', 'This page needs cookies');
  if (page.browserDigest !== undefined) return open;
  const isFirst = await ctx.pages.bind(page.pageId, digest, ctx.verification.now());
  // Two forms of one browser may arrive at once.
  return isFirst ? open : findPage(ctx, token, visitor);
}

/** A page that has ended. */
export function ended(): AppError {
  return new AppError('not_found', 'This link has expired or was used');
}

function inUse(): AppError {
  return new AppError('forbidden', 'This link is used in another browser');
}

/** After a success, the browser can fetch its result again for as long as the proof is valid. */
function isOver({ verifiedAt, expiresAt }: StoredPage, now: Date): boolean {
  return (verifiedAt ? addSeconds(verifiedAt, PROOF_SECONDS) : expiresAt) <= now;
}

function toDigest({ pageId }: StoredPage, { browserId }: Visitor): string | undefined {
  return browserId === undefined ? undefined : digestBrowser(browserId, pageId);
}

/** The limits are those of the credential that created the page, and of the address of the browser. */
function toCaller({ accountId, creator }: StoredPage, visitor: Visitor): Caller {
  const { ipAddress, userAgent } = visitor;
  return {
    ...{ accountId, ipAddress, userAgent, clientIp: ipAddress },
    ...creator,
    scopes: ['otp:verify'],
    isOperator: false,
    seesAllAccounts: false,
  };
}
