import { type ConnectionOptions, createConnection } from './connection.ts';
import { type Bus, LONGEST_ID } from './contract.ts';
import { createInProcessBus } from './in-process.ts';

/** A bus over a server that all nodes use. Listeners of this process are woken directly, connected or not. */
export function createNetworkBus({ open, logger, timing }: ConnectionOptions): Bus {
  const local = createInProcessBus({ isOnlyNode: false, logger });
  const connection = createConnection({
    ...{ open, logger, timing },
    onWakeUp: ([topic, id]) => local.publish(topic, id),
  });
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    await local.close();
    await connection.close();
  }

  return {
    publish(topic, id) {
      local.publish(topic, id);
      if (id.length <= LONGEST_ID) connection.send([topic, id]);
    },
    subscribe: local.subscribe,
    isConnected: connection.isConnected,
    close() {
      closed ??= close();
      return closed;
    },
  };
}
