import { readConfig } from '../../../config/read-config.ts';
import { isAnythingDue } from '../../services/analytics/count-events.ts';
import { rebuildRollups } from '../../services/analytics/rebuild-rollups.ts';
import { countEvents } from '../../services/operations/maintenance.ts';
import { defineCommand, print } from '../command.ts';
import { withService } from '../with-service.ts';

export const command = defineCommand({
  usage: `waverify rebuild-rollups
  rebuilds the roll-ups of the analytics from the logs, for example after either was edited by hand. The service may
  run meanwhile.`,
  options: {},
  async run(_, { environment }) {
    const counted = await withService(readConfig(environment), 'guest', async (service) => {
      const { analytics, maintenance } = service;
      while (await isAnythingDue(analytics)) await countEvents(maintenance);
      return rebuildRollups(analytics);
    });
    const { otp_logs: codes, activity_logs: activities } = counted;
    print(`Rebuilt the roll-ups from ${codes} codes and ${activities} messages and limit hits`);
    return 0;
  },
});
