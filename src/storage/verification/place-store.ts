import { drawFraction } from '../../lib/crypto/secrets.ts';
import type { Database } from '../database.ts';
import { InboundPlace } from '../models/verification/inbound-place.ts';
import { placeholders } from '../statement.ts';
import type { RowOf } from '../table.ts';

type Place = RowOf<typeof InboundPlace>;

/** What wants a place: one of `most` places of a subject, until `expiresAt` at the latest. */
export type PlaceRequest = {
  /** A digest of a number or an address, of at most 60 characters. */
  readonly subject: string;
  readonly most: number;
  readonly verificationId: string;
  readonly expiresAt: Date;
};

type Taken = { readonly isTaken: true } | { readonly isTaken: false; readonly freeAt: Date };

export type PlaceStore = ReturnType<typeof createPlaceStore>;

/** How often a place is tried to be taken that another caller takes at the same moment. */
const MOST_TRIES = 20;

/**
 * Stores how many verifications of a subject are open. Each has a place, whose name is unique, so that no two callers can
 * take the same one, and never more than `most` are open.
 */
export function createPlaceStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Takes a free place; otherwise returns when the first one will be free. */
  async function take(request: PlaceRequest, now: Date): Promise<Taken> {
    const { subject, most, verificationId, expiresAt } = request;
    const names = Array.from({ length: most }, (_, index) => `${subject}|${index}`);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const held = await listHeld(names, now);
      const free = names.filter((name) => held.every(({ place }) => place !== name));
      // At random, so that parallel callers rarely want the same one.
      const place = free[Math.floor(drawFraction() * free.length)];
      if (place === undefined) return { isTaken: false, freeAt: firstEnd(held) };
      const row = { place, verificationId, expiresAt };
      if (await models.InboundPlace.insertRow(row)) return { isTaken: true };
    }
    return { isTaken: false, freeAt: now };
  }

  /** Lists the places that are held, and frees those of verifications that have ended. */
  async function listHeld(names: readonly string[], now: Date): Promise<Place[]> {
    const rows = await select(
      `SELECT ${InboundPlace.columns}, "otp_logs"."status" AS "status" FROM "inbound_places"
       LEFT JOIN "otp_logs" ON "otp_logs"."verificationId" = "inbound_places"."verificationId"
       WHERE "place" IN (${placeholders(names.length)})`,
      names,
    );
    const places = rows.map((row) => {
      const place = InboundPlace.decode(row);
      // The verification itself is stored a moment after its place.
      const hasEnded = row['status'] !== null && row['status'] !== 'sent';
      return { place, isFree: hasEnded || place.expiresAt <= now };
    });
    for (const { place, isFree } of places) if (isFree) await free(place);
    return places.filter(({ isFree }) => !isFree).map(({ place }) => place);
  }

  async function free({ place, verificationId }: Place): Promise<void> {
    await change(`DELETE FROM "inbound_places" WHERE "place" = $1 AND "verificationId" = $2`, [
      place,
      verificationId,
    ]);
  }

  /** Frees the places of a verification. */
  async function leave(verificationId: string): Promise<void> {
    await change(`DELETE FROM "inbound_places" WHERE "verificationId" = $1`, [verificationId]);
  }

  /** Deletes up to `batch` places that expired before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "place" FROM "inbound_places" WHERE "expiresAt" < $1 ORDER BY "expiresAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "inbound_places"
       WHERE "expiresAt" < $1 AND "place" IN (${placeholders(old.length, 2)})`,
      [before, ...old.map((row) => String(row['place']))],
    );
  }

  return { take, leave, prune };
}

function firstEnd(held: readonly Place[]): Date {
  return new Date(Math.min(...held.map(({ expiresAt }) => expiresAt.getTime())));
}
