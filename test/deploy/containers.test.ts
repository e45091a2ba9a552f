import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readEnv, variableNames } from '../../config/env.ts';
import { readDockerfile } from '../../scripts/image/read-dockerfile.ts';

type Variables = Record<string, string>;

/** What an operator writes to .env. */
const OWN: Variables = {
  SECRET_KEY: 'c7f3a9e1b5d24860917f3c5e8a2b6d40f19e7c53a8b2d6e04f718c92a35bde60',
  API_KEY: '5e8a2b6d40f19e7c53a8b2d6e04f718c92a35bde60c7f3a9e1b5d24860917f3c',
  OTP_CHANNELS: 'whatsapp',
  DB_POSTGRES_PASSWORD: 'postgres-password',
  DB_MYSQL_PASSWORD: 'mariadb-password',
};

const STOP_SECONDS = 30;

/** Fails if a variable is unknown or its value is refused; `variables` are all that a container has. */
function expectValid(variables: Variables): void {
  expect(Object.keys(variables).filter((name) => !variableNames.includes(name))).toEqual([]);
  expect(() => readEnv(variables, () => '')).not.toThrow();
}

/** Replaces what Compose does, with the values of `OWN`. */
function interpolate(text: string): string {
  return text.replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_, name, otherwise) => OWN[name] || otherwise);
}

describe('Dockerfile', () => {
  const steps = readDockerfile(readFileSync('Dockerfile', 'utf8'));
  const ofKind = (wanted: string) => steps.filter(({ kind }) => kind === wanted);
  const last = steps.slice(steps.findLastIndex(({ kind }) => kind === 'FROM'));
  const only = (wanted: string) => {
    const found = last.filter(({ kind }) => kind === wanted);
    expect(found).toHaveLength(1);
    return found[0]?.text ?? '';
  };

  it('is based on a fixed version', () => {
    const [version] = ofKind('ARG');
    expect(version?.text).toMatch(/^NODE_VERSION=\d+\.\d+\.\d+$/);
    for (const { text } of ofKind('FROM')) {
      expect(text).toMatch(/^node:\$\{NODE_VERSION\}-bookworm(-slim$| AS )/);
    }
  });

  it('runs as a user that is not root, by its number', () => {
    expect(only('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(last.findIndex(({ kind }) => kind === 'USER')).toBeLessThan(
      last.findIndex(({ kind }) => kind === 'ENTRYPOINT'),
    );
  });

  it('starts the program without a shell, so that signals reach it', () => {
    const { bin } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(JSON.parse(only('ENTRYPOINT'))).toEqual(['node', `/app/${bin.waverify}`]);
    expect(JSON.parse(only('CMD'))).toEqual(['start']);
  });

  it('checks its health without a shell', () => {
    const [, command = ''] = only('HEALTHCHECK').split(' CMD ');
    expect(JSON.parse(command)).toEqual(['node', '-e', expect.stringContaining('/api/health`')]);
  });

  it('installs packages without what they only recommend, and leaves no lists of packages', () => {
    for (const { text } of ofKind('RUN').filter(({ text: run }) => run.includes('apt-get'))) {
      expect(text).toMatch(/install -y --no-install-recommends/);
      expect(text).toMatch(/rm -rf \/var\/lib\/apt\/lists/);
    }
    expect(ofKind('ADD')).toEqual([]);
  });

  it('copies what exists and .dockerignore lets through', () => {
    const allowed = readFileSync('.dockerignore', 'utf8').split('\n');
    const copied = ofKind('COPY').filter(({ text }) => !text.startsWith('--from'));
    const sources = copied.flatMap(({ text }) => text.split(' ').slice(0, -1));
    expect(sources).toContain('src');
    for (const source of sources) {
      expect([source, existsSync(source)]).toEqual([source, true]);
      expect(allowed).toContain(`!${source}`);
    }
  });

  it('sets variables that Waverify reads, to values that it accepts', () => {
    const pairs = only('ENV')
      .split(/\s+/)
      .map((pair) => pair.split('='));
    const variables = Object.fromEntries(pairs) as Variables;
    expectValid({ ...OWN, ...variables });
    expect(variables['NODE_ENV']).toBe('production');
  });
});

describe('compose.yaml', () => {
  type Service = {
    readonly image: string;
    readonly build?: { readonly args: Variables };
    readonly profiles: readonly string[];
    readonly environment: Variables;
    readonly ports?: readonly string[];
    readonly volumes: readonly string[];
    readonly read_only?: boolean;
    readonly cap_drop?: readonly string[];
    readonly security_opt?: readonly string[];
    readonly stop_grace_period?: string;
    readonly depends_on?: Readonly<Record<string, unknown>>;
  };
  const { services, volumes } = parse(interpolate(readFileSync('compose.yaml', 'utf8')), {
    merge: true,
  }) as { readonly services: Record<string, Service>; readonly volumes: object };
  const nodes = Object.entries(services).filter(([, { build }]) => build);

  it('has one node with SQLite, and two with each server', () => {
    expect(nodes.map(([name]) => name)).toEqual([
      ...['sqlite', 'postgres-1', 'postgres-2', 'mariadb-1', 'mariadb-2'],
    ]);
  });

  it.each(nodes)('gives %s valid settings, of services that it starts', (_, node) => {
    const { profiles, environment, depends_on: others = {} } = node;
    expectValid({ ...OWN, ...environment });
    const hosts = [environment['DB_POSTGRES_HOST'], environment['DB_MYSQL_HOST']].filter(Boolean);
    expect(Object.keys(others)).toEqual(expect.arrayContaining(hosts));
    for (const name of Object.keys(others)) expect(services[name]?.profiles).toEqual(profiles);
  });

  it.each(nodes)('confines %s, and gives it time to stop', (_, node) => {
    expect(node).toMatchObject({
      ...{ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
      environment: { STATE_PATH: expect.stringMatching(/^\/data\//) },
    });
    expect(Number.parseInt(node.stop_grace_period ?? '', 10)).toBeGreaterThan(STOP_SECONDS);
  });

  it('opens ports to this machine only, each once in a profile', () => {
    for (const profile of ['sqlite', 'postgres', 'mariadb']) {
      const started = Object.values(services).filter(({ profiles }) => profiles.includes(profile));
      const ports = started.flatMap(({ ports: open = [] }) => open);
      expect(ports.length).toBeGreaterThan(0);
      expect(new Set(ports).size).toBe(ports.length);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:3000$/);
    }
  });

  it('names every volume, and gives none to two containers', () => {
    const used = Object.values(services).flatMap(({ volumes: own = [] }) => own);
    const names = used.map((volume) => volume.split(':')[0]);
    expect(names.toSorted()).toEqual(Object.keys(volumes).toSorted());
  });

  it('uses fixed versions of the images of others', () => {
    const images = Object.values(services).flatMap(({ build, image }) => (build ? [] : [image]));
    expect(images).toHaveLength(3);
    for (const image of images) expect(image).toMatch(/:\d/);
  });
});

describe('deploy/kubernetes/waverify.yaml', () => {
  type Resource = Readonly<Record<'kind', string>> & Readonly<Record<string, never>>;
  const text = readFileSync('deploy/kubernetes/waverify.yaml', 'utf8');
  const resources = parseAllDocuments(text).map((one) => one.toJS() as Resource);
  // biome-ignore lint/suspicious/noExplicitAny: the resources have many shapes.
  const find = (kind: string) => resources.find((one) => one.kind === kind) as any;
  const { replicas, template } = find('StatefulSet').spec;
  const [container] = template.spec.containers;

  it('has valid settings', () => {
    const { SECRET_KEY, API_KEY } = OWN;
    const { data } = find('ConfigMap');
    const { stringData } = find('Secret');
    expectValid({ ...data, ...stringData, SECRET_KEY, API_KEY, NODE_ENV: 'production' });
  });

  it('probes routes that need no key', () => {
    const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
    const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'];
    const probed = probes.map((probe) => container[probe].httpGet.path);
    expect(probed).toEqual(['/api/health/live', '/api/health/live', '/api/health']);
    for (const path of probed) expect(paths[path].get.security).toEqual([]);
  });

  it('confines the nodes, and gives them time to stop', () => {
    expect(template.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container.securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ['ALL'] },
    });
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(STOP_SECONDS);
    expect(container.image).toMatch(/:\d/);
  });

  it('keeps one of the nodes while machines are drained', () => {
    const { minAvailable, selector } = find('PodDisruptionBudget').spec;
    expect(minAvailable).toBeLessThan(replicas);
    expect(minAvailable).toBeGreaterThan(0);
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(template.metadata.labels).toMatchObject(find('Service').spec.selector);
  });
});
