import { createHarness } from '../http/harness.ts';
import { createSessionCalls, labVariables } from '../http/session-calls.ts';
import { startLab } from '../whatsapp-lab/lab.ts';

/** The whole service on a lab of its own, and the session routes as an operator's program calls them. */
export async function startSessionLab(env: Readonly<Record<string, string>> = {}) {
  const lab = await startLab();
  const h = await createHarness({ env: { ...labVariables(lab), ...env } });
  return {
    lab,
    h,
    sessions: createSessionCalls(h),
    async close() {
      await h.close();
      await lab.close();
    },
  };
}
