import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Config } from '../../../config/config.ts';
import type { DoctorContext } from './context.ts';
import { error, type Finding, ok, warning } from './finding.ts';

const MEBIBYTE = 1_048_576;

/** In bytes. A write fails soon, or may fail some day. */
const FREE = { least: 100 * MEBIBYTE, enough: 1024 * MEBIBYTE };

const FREE_SOME = 'Free some space, or move the folder to another disk';

/** A folder in which the service writes, and the variable that names it. */
type Place = { readonly name: string; readonly variable: string; readonly path: string };

/** Checks that the service can write where it must, that the disks have room, and that no one else reads its files. */
export async function examineDisk(ctx: DoctorContext): Promise<Finding[]> {
  const places = await Promise.all(listPlaces(ctx.config).map((place) => examinePlace(ctx, place)));
  const files = await Promise.all(listPrivateFiles(ctx.config).map(examineFile));
  return [...places.flat(), ...files.flat()];
}

function listPlaces({ database, statePath, media }: Config): Place[] {
  const isFile = database.dialect === 'sqlite';
  const nextTo = isFile ? dirname(database.storage) : './database';
  return [
    ...(isFile ? [{ name: 'database', variable: 'DATABASE_URL', path: nextTo }] : []),
    { name: 'state', variable: 'STATE_PATH', path: statePath ?? nextTo },
    ...(media.s3 ? [] : [{ name: 'media', variable: 'MEDIA_PATH', path: media.path }]),
  ];
}

async function examinePlace(ctx: DoctorContext, { name, variable, path }: Place) {
  const check = `disk.${name}`;
  const folder = await findExisting(resolve(path));
  const fault = await access(folder, constants.W_OK | constants.X_OK).then(
    async () => ((await stat(folder)).isDirectory() ? undefined : 'is not a folder'),
    ({ code }: NodeJS.ErrnoException) => `cannot be written (${code})`,
  );
  if (fault !== undefined) {
    const next = `Let the user of Waverify write to this folder, or set ${variable} to a place that it can write`;
    return [error(check, `${folder} ${fault}`, next)];
  }
  const free = await ctx.readFreeBytes(folder);
  const message = `${folder} has ${Math.floor(free / MEBIBYTE)} MiB left`;
  if (free < FREE.least) return [error(check, message, FREE_SOME)];
  if (free < FREE.enough) return [warning(check, message, FREE_SOME)];
  return [ok(check, message)];
}

/** The folder itself, or the one in which the service would create it. */
async function findExisting(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere || path === dirname(path) ? path : findExisting(dirname(path));
}

function listPrivateFiles({ database }: Config): string[] {
  return ['.env', ...(database.dialect === 'sqlite' ? [database.storage] : [])];
}

/** Windows has no such modes. */
async function examineFile(path: string): Promise<Finding[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found || process.platform === 'win32' || (found.mode & 0o077) === 0) return [];
  const message = `Other users of this machine can read ${path}`;
  return [warning('disk.permissions', message, `chmod 600 ${path}`)];
}
