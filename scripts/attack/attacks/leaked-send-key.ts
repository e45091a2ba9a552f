import { createCaller } from '../caller.ts';
import { networkAddress, numberOf } from '../people.ts';
import { type Attack, pump } from './attack.ts';

const CONNECTIONS = 16;

/** Sends codes to random numbers with a leaked key of an honest customer that can only send. */
export const leakedSendKey: Attack = {
  name: 'leaked-send-key',
  async run({ origin, seconds, leakedKey }, tally) {
    const caller = createCaller(origin, CONNECTIONS);
    try {
      await pump({ caller, connections: CONNECTIONS, seconds, tally }, (index) => ({
        path: '/api/otp/send',
        key: leakedKey,
        from: '203.0.113.67',
        body: { phoneNumber: numberOf('leaked', index), clientIp: networkAddress(index) },
      }));
    } finally {
      await caller.close();
    }
  },
};
