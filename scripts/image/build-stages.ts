import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createBase, EXTRA_CA } from './create-base.ts';
import type { Step } from './read-dockerfile.ts';

type Variables = Record<string, string>;

/** What the steps of a stage have made. */
export type Image = {
  readonly root: string;
  readonly env: Variables;
  readonly user: string;
  readonly workdir: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
};

type Options = {
  /** An empty folder for the root file systems. */
  readonly work: string;
  readonly args: Variables;
  readonly print: (line: string) => void;
};

/** Runs the steps of a Dockerfile, each stage in a root file system of its own. @returns the last stage. */
export function buildStages(steps: readonly Step[], { work, args, print }: Options): Image {
  const stages = new Map<string, string>();
  const globals: Variables = {};
  let context: Context = { known: globals, stages };
  let image: Image = { ...EMPTY, root: '' };
  for (const { kind, text } of steps) {
    print(`${kind} ${text}`);
    if (kind === 'ARG') {
      const [name = '', value = ''] = text.split('=');
      context.known[name] = args[name] ?? value;
    } else if (kind === 'FROM') {
      const [base = '', , name = `stage-${stages.size}`] = fill(text, globals).split(' ');
      image = { ...EMPTY, root: join(work, name) };
      createBase(base, image.root);
      stages.set(name, image.root);
      context = { known: {}, stages };
    } else {
      image = runStep(image, { kind, text }, context);
    }
  }
  return image;
}

const EMPTY = { env: {}, user: '0:0', workdir: '/', entrypoint: [], command: [], healthcheck: [] };

type Context = { readonly known: Variables; readonly stages: ReadonlyMap<string, string> };

function runStep(image: Image, { kind, text }: Step, { known, stages }: Context): Image {
  switch (kind) {
    case 'WORKDIR':
      mkdirSync(join(image.root, text), { recursive: true });
      return { ...image, workdir: text };
    case 'COPY':
      copy(image, text, stages);
      return image;
    case 'RUN':
      runIn(image, ['sh', '-c', text], { ...known, ...image.env });
      return image;
    case 'ENV': {
      const pairs = text.split(' ').map((pair) => pair.split('='));
      return { ...image, env: { ...image.env, ...(Object.fromEntries(pairs) as Variables) } };
    }
    case 'USER':
      return { ...image, user: text };
    case 'ENTRYPOINT':
      return { ...image, entrypoint: JSON.parse(text) as string[] };
    case 'CMD':
      return { ...image, command: JSON.parse(text) as string[] };
    case 'HEALTHCHECK':
      return { ...image, healthcheck: JSON.parse(text.split(' CMD ')[1] ?? '') as string[] };
    case 'VOLUME':
    case 'EXPOSE':
      return image;
    default:
      throw new Error(`${kind} is not known here`);
  }
}

/** Runs a command in a root file system, as root. */
function runIn({ root, workdir }: Image, command: readonly string[], env: Variables): void {
  const inside = ['chroot', root, 'env', '-C', workdir, ...command];
  const mounted = `mount -t proc proc ${root}/proc && mount --bind /dev ${root}/dev && exec "$@"`;
  const args = ['--mount', '--', 'sh', '-c', mounted, 'sh', ...inside];
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  execFileSync('unshare', args, {
    stdio: 'inherit',
    env: { PATH: path, HOME: '/root', ...REGISTRY, ...env },
  });
}

/** How this machine reaches the registry, and where create-base.ts has put the headers of Node.js. */
const REGISTRY: Variables = {
  ...(process.env['NODE_EXTRA_CA_CERTS'] && { NODE_EXTRA_CA_CERTS: EXTRA_CA }),
  npm_config_nodedir: '/usr/local',
  npm_config_registry: execFileSync('npm', ['config', 'get', 'registry'], {
    encoding: 'utf8',
  }).trim(),
};

/** From the context, only files that the repository tracks are copied: a clean clone has no others. */
function copy({ root, workdir }: Image, text: string, stages: ReadonlyMap<string, string>): void {
  const words = text.split(' ');
  const from = /^--from=(.*)$/.exec(words[0] ?? '')?.[1];
  const [sources, target = ''] = [words.slice(from ? 1 : 0, -1), words.at(-1)];
  const at = join(root, target.startsWith('/') ? target : join(workdir, target));
  if (from) {
    for (const source of sources) {
      mkdirSync(dirname(at), { recursive: true });
      execFileSync('cp', ['-a', join(stages.get(from) ?? '', source), at]);
    }
    return;
  }
  mkdirSync(at, { recursive: true });
  for (const source of sources) copyTracked(source, at);
}

function copyTracked(source: string, to: string): void {
  const files = execFileSync('git', ['ls-files', source], { encoding: 'utf8' }).trim().split('\n');
  const isFolder = files[0] !== source;
  const from = isFolder ? source : dirname(source);
  const names = files.map((file) => (from === '.' ? file : file.slice(from.length + 1)));
  const tar = execFileSync('tar', ['-C', from, '-cf', '-', ...names], { maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-C', to, '-xf', '-', '--no-same-owner'], { input: tar });
}

function fill(text: string, values: Variables): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

/** Deletes the root file systems. */
export function removeStages(work: string): void {
  rmSync(work, { recursive: true, force: true });
}
