import { readConfig } from '../../../config/read-config.ts';
import { defineCommand, print } from '../command.ts';
import { withService } from '../with-service.ts';

export const command = defineCommand({
  usage: `waverify db-restored
  ends what a restored backup must not bring back: live codes, logins, and stored responses for
  Idempotency-Key. Run it after restoring a backup by other means than waverify restore, before you start the
  service. It is refused while a node runs.`,
  options: {},
  async run(_, { environment }) {
    await withService(readConfig(environment), 'alone', ({ nodes }) => nodes.endPast());
    print('Ended all live codes and logins, and deleted the stored responses for Idempotency-Key');
    return 0;
  },
});
