import { readPlan, USAGE } from './read-plan.ts';
import { formatLines, judge } from './report.ts';
import { runScenarios } from './run-scenarios.ts';

async function main(): Promise<void> {
  const order = readPlan(process.argv.slice(2));
  if (!order) return console.log(USAGE);
  const lines = judge(await runScenarios(order.plan));
  console.log(order.isJson ? JSON.stringify(lines, undefined, 2) : formatLines(lines));
  if (lines.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
