import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import ipaddr from 'ipaddr.js';
import { AppError } from '../../domain/errors.ts';

/** Headers that a proxy adds. With one of them, the client may be on another machine. */
const FORWARDED = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'];

/**
 * Only allows requests from this machine: from a loopback address, with a loopback host name (a page
 * could resolve another name to 127.0.0.1, DNS rebinding), and not through a proxy.
 */
export const onlyHere: MiddlewareHandler = async (c, next) => {
  if (!isFromHere(c)) {
    throw new AppError(
      'forbidden',
      'This page can only be opened on the machine that Waverify runs on. DEMO=public opens it to everyone.',
    );
  }
  await next();
};

/** Whether a request comes from this machine, as `onlyHere` requires. */
export function isFromHere(c: Context): boolean {
  const header = (name: string) => c.req.header(name);
  return (
    isLoopbackAddress(getConnInfo(c).remote.address) &&
    FORWARDED.every((name) => header(name) === undefined) &&
    isLoopbackName(header('host')) &&
    isLoopbackOrigin(header('origin'))
  );
}

function isLoopbackAddress(address = ''): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}

function isLoopbackOrigin(origin: string | undefined): boolean {
  return origin === undefined || isLoopbackName(origin.replace(/^https?:\/\//, ''));
}

/** `localhost`, names under it, 127.0.0.0/8 and ::1, with or without a port. */
function isLoopbackName(host = ''): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  return /^((.+\.)?localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(name);
}
