const HTTPS_PORT = 443;
const HTTP_PORT = 80;
const FIRST_UNPRIVILEGED_PORT = 1024;

/**
 * Ports from 1024 on where databases, caches, brokers, remote control and cluster management listen, and those that
 * browsers refuse (https://fetch.spec.whatwg.org/#port-blocking). A request could make such a server act.
 */
const SERVICE_PORTS = new Set([
  ...[
    1080, 1099, 1433, 1434, 1521, 1719, 1720, 1723, 1883, 2049, 2181, 2375, 2376, 2377, 2379, 2380,
  ],
  ...[
    3128, 3260, 3306, 3389, 3632, 3659, 4045, 4190, 4222, 4369, 4444, 4505, 4506, 5037, 5060, 5061,
  ],
  ...[
    5432, 5433, 5671, 5672, 5900, 5901, 5984, 5985, 5986, 6000, 6379, 6380, 6443, 6566, 6665, 6666,
  ],
  ...[
    6667, 6668, 6669, 6679, 6697, 7000, 7001, 7199, 7473, 7474, 7687, 8086, 8089, 8500, 8883, 9042,
  ],
  ...[9092, 9160, 9200, 9300, 9418, 10050, 10051, 10080, 10250, 10255, 11211, 15672, 16379, 25672],
  ...[26257, 26379, 27017, 27018, 27019, 28015, 28017],
]);

/**
 * Whether a customer may name a port: 443 and every port from 1024 on, except well-known ones of other services; 80
 * too if the host is in an allowed network.
 */
export function isPermittedPort(
  port: number,
  { isAllowedHost }: { isAllowedHost: boolean },
): boolean {
  if (port === HTTPS_PORT) return true;
  if (port === HTTP_PORT) return isAllowedHost;
  return port >= FIRST_UNPRIVILEGED_PORT && !SERVICE_PORTS.has(port);
}

export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? HTTPS_PORT : HTTP_PORT;
}
