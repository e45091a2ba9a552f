import type { ConversionDimension } from '../../../domain/analytics/conversion-band.ts';
import { double, nullable, serial, string, time, unique } from '../../columns.ts';
import { table } from '../../table.ts';

/** A time in which fewer codes of a channel or region of an account were verified than usual. */
export class ConversionDrop extends table('conversion_drops', {
  id: serial,
  accountId: string(36),
  dimension: string<ConversionDimension>(10),
  // The channel or region.
  value: string(64),
  // `account|dimension|value` until it ends, then NULL.
  activeKey: unique(nullable(string(120))),
  // Of the codes sent in the window, and in the seven days before.
  share: double,
  expectedShare: double,
  windowFrom: time,
  windowTo: time,
  endedAt: nullable(time),
  createdAt: time,
  // When its figures were found. Before `endedAt` if it ended because nothing was known for too long.
  updatedAt: time,
}) {}
