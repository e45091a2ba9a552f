import type { Database } from '../database.ts';
import { VerificationPage } from '../models/verification/verification-page.ts';
import { named, placeholders, type Step } from '../statement.ts';
import type { NewRowOf, RowOf } from '../table.ts';

export type StoredPage = RowOf<typeof VerificationPage>;

type NewPage = Omit<NewRowOf<typeof VerificationPage>, 'updatedAt'>;

/** The verification of a page: the latest one that was started on it. */
type Started = {
  readonly verificationId: string;
  readonly phoneNumber: string;
  readonly resendAt: Date | null;
  readonly sealedInvitation: string | null;
};

export type PageStore = ReturnType<typeof createPageStore>;

/** Whether a page can still be used: its link has not expired, and no verification has succeeded on it. */
const IS_OPEN = `"pageId" = :pageId AND "expiresAt" > :now AND "verifiedAt" IS NULL`;

/** Only one browser can be the first. */
const BIND = named<'pageId' | 'browserDigest' | 'now'>(
  `UPDATE "verification_pages" SET "browserDigest" = :browserDigest, "updatedAt" = :now
   WHERE ${IS_OPEN} AND "browserDigest" IS NULL`,
);

const START = named<'pageId' | 'now' | keyof Started>(
  `UPDATE "verification_pages" SET "verificationId" = :verificationId, "phoneNumber" = :phoneNumber,
     "resendAt" = :resendAt, "sealedInvitation" = :sealedInvitation, "updatedAt" = :now
   WHERE ${IS_OPEN}`,
);

/** Only the verification that the page waits for ends it, and only once. */
const FINISH = named<'pageId' | 'now' | 'verificationId' | 'phoneNumber'>(
  `UPDATE "verification_pages" SET "verifiedAt" = :now, "phoneNumber" = :phoneNumber, "sealedInvitation" = NULL,
     "updatedAt" = :now
   WHERE ${IS_OPEN} AND "verificationId" = :verificationId`,
);

/** Stores links to hosted pages, and how far each has come. */
export function createPageStore({ statements, models }: Database) {
  const { select, change } = statements;
  const isChanged = async ({ sql, values }: Step) => (await change(sql, values)) === 1;

  async function add(page: NewPage): Promise<void> {
    const isNew = await models.VerificationPage.insertRow({ ...page, updatedAt: page.createdAt });
    if (!isNew) throw new Error('the ID is not unique');
  }

  async function find(pageId: string): Promise<StoredPage | undefined> {
    const [row] = await select(
      `SELECT ${VerificationPage.columns} FROM "verification_pages" WHERE "pageId" = $1`,
      [pageId],
    );
    return row && VerificationPage.decode(row);
  }

  /** Makes a browser the one that uses the page; false if another one does, or the page cannot be used. */
  function bind(pageId: string, browserDigest: string, now: Date): Promise<boolean> {
    return isChanged(BIND.with({ pageId, browserDigest, now }));
  }

  /** Stores the verification that the page waits for from now on; false if the page can no longer be used. */
  function start(pageId: string, started: Started, now: Date): Promise<boolean> {
    return isChanged(START.with({ pageId, ...started, now }));
  }

  /** Ends the page with the verification that has succeeded; true once, and only for the one that it waits for. */
  function finish(
    pageId: string,
    verified: Pick<Started, 'verificationId' | 'phoneNumber'>,
    now: Date,
  ): Promise<boolean> {
    return isChanged(FINISH.with({ pageId, ...verified, now }));
  }

  /** Deletes up to `batch` pages whose link expired before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "pageId" FROM "verification_pages" WHERE "expiresAt" < $1 ORDER BY "expiresAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "verification_pages" WHERE "pageId" IN (${placeholders(old.length)})`,
      old.map((row) => String(row['pageId'])),
    );
  }

  return { add, find, bind, start, finish, prune };
}
