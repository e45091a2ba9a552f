import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { buildStages, removeStages } from './build-stages.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { runImage } from './run-image.ts';

// `npm run prove-image` runs each step of the Dockerfile and its entry point without a container engine: in root file
// systems of Debian, which debootstrap makes, and in namespaces of the kernel. It needs Linux, root and debootstrap.

async function main(): Promise<void> {
  const work = mkdtempSync('/var/tmp/waverify-stages-');
  const print = (line: string) => console.log(`--- ${line}`);
  try {
    const BUILD_COMMIT = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
      encoding: 'utf8',
    }).trim();
    const steps = readDockerfile(readFileSync('Dockerfile', 'utf8'));
    const image = buildStages(steps, { work, args: { BUILD_COMMIT }, print });
    const [size] = execFileSync('du', ['-sm', `${image.root}/app`], { encoding: 'utf8' }).split(
      '\t',
    );
    print(`/app takes ${size} MB`);
    await runImage(image, print);
  } finally {
    removeStages(work);
  }
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
