import { describeBus } from '../contracts/bus.ts';
import { busServers, createNode, openBusServer, readDatabase } from '../support/bus/bus-servers.ts';

const alone = (url: string) => async () => ({
  createNode: () => createNode({ database: readDatabase(url), redisUrl: undefined }),
  countConnections: () => 0,
  close: async () => {},
});

describeBus('SQLite', {
  open: alone('sqlite:./unused.db'),
  ...{ isShared: false, isConnected: true },
});

describeBus('MySQL without Redis', {
  open: alone('mysql://root@127.0.0.1/unused'),
  ...{ isShared: false, isConnected: false },
});

for (const name of busServers) {
  describeBus(name, {
    async open() {
      const { proxy, createNode, close } = await openBusServer(name);
      return { createNode, countConnections: proxy.count, close };
    },
    ...{ isShared: true, isConnected: true },
  });
}
