import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { installNode } from './install-node.ts';

const USAGE = `npm run smoke [-- VERSION…]
  starts the built program on each version of Node.js (20, 22, 24 and 26), sends and verifies a code on each database
  that is available, and sends one through the WhatsApp lab. The first time, it installs each version from the npm
  package node.`;

const VERSIONS = ['20', '22', '24', '26'];

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const failed = (positionals.length > 0 ? positionals : VERSIONS).filter((version) => {
    const startedAt = performance.now();
    const { status } = spawnSync(
      installNode(version),
      ['--import', 'tsx', 'scripts/smoke/smoke.ts'],
      {
        stdio: 'inherit',
      },
    );
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.log(`Node.js ${version}: ${status === 0 ? 'ok' : 'FAILED'} in ${seconds} s`);
    return status !== 0;
  });
  return failed.length;
}

process.exitCode = main();
