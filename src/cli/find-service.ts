import { readConnection } from '../../config/read-config.ts';
import type { Environment } from './command.ts';
import type { ServiceApi } from './service-api.ts';
import { toServiceUrl } from './service-api.ts';

/** What `--help` says about `findService`. */
export const HOW_TO_REACH = `The service is found by HOST and PORT, or by --url, and the API key is API_KEY, or API_KEY_FILE with its path, or
  that of database/secrets.json. For another machine, give both: API_KEY=… waverify … --url https://otp.example.com`;

/**
 * Finds the running service and the key for it, and creates nothing.
 * @throws if there is no key, or `url` is no address.
 */
export function findService(environment: Environment, url: string | undefined): ServiceApi {
  if (url !== undefined && !/^https?:\/\//.test(url)) {
    throw new Error('--url: must begin with http:// or https://');
  }
  const { apiKey, ...place } = readConnection(environment);
  if (apiKey === undefined) {
    throw new Error('There is no API key: set API_KEY, or API_KEY_FILE to the path of a file');
  }
  return { url: (url ?? toServiceUrl(place)).replace(/\/+$/, ''), apiKey };
}
