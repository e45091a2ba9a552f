import { isLoopback } from '../../../config/database/database-tls.ts';
import { showsCodes } from '../../channels/registry.ts';
import { findWeakSettings, listDisabledLimits } from '../startup-banner.ts';
import type { DoctorContext } from './context.ts';
import { countOf, error, type Finding, note, ok, warning } from './finding.ts';

/** The oldest version of Node.js that works, as in package.json. */
const OLDEST_NODE = [20, 18, 1] as const;

const LIMITS = 'Give it a value above 0, or remove it for the default (docs/operations.md#limits)';
const CORRECT = 'Correct it in the environment or in .env (.env.example lists all variables)';

/** Checks the version of Node.js and the settings, which are valid, for weak ones. */
export function examineSettings(ctx: DoctorContext): Finding[] {
  return [
    examineNode(ctx),
    describeSources(ctx),
    ...ctx.warnings.map((text) => warning('settings.configuration', text, CORRECT)),
    ...listDisabledLimits(ctx.config).map((name) =>
      warning('settings.limits', `${name} is 0: this limit is disabled`, LIMITS),
    ),
    ...findWeakSettings(ctx.config, '').map((text) => warning('settings.weak', text, CORRECT)),
    ...examineExposure(ctx),
    ...examineChannels(ctx),
  ];
}

function examineNode({ nodeVersion }: DoctorContext): Finding {
  const parts = nodeVersion.split('.').map(Number);
  const different = OLDEST_NODE.findIndex((part, index) => part !== parts[index]);
  const isOld = different >= 0 && (parts[different] ?? 0) < (OLDEST_NODE[different] ?? 0);
  if (!isOld) return ok('node.version', `Node.js ${nodeVersion}`);
  const oldest = OLDEST_NODE.join('.');
  return error('node.version', `Node.js ${nodeVersion} is too old`, `Install ${oldest} or newer`);
}

function describeSources({ sources, secrets }: DoctorContext): Finding {
  const { environment, file } = sources;
  const parts = [
    `${countOf(environment.length, 'variable')} from the environment${list(environment)}`,
    `${file.length} from .env${list(file)}`,
    ...('keyFile' in secrets ? [`API_KEY from ${secrets.keyFile}`] : []),
  ];
  return ok('settings.sources', `${parts.join('; ')}; all others have their defaults`);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

/** What is open to more people than a production service should be. */
function examineExposure({ config }: DoctorContext): Finding[] {
  const { http, regions, isProduction } = config;
  const findings: Finding[] = [];
  if (!isProduction) {
    findings.push(
      warning(
        'settings.production',
        'NODE_ENV is not production: secrets that are easy to guess and the channel console are permitted',
        'Set NODE_ENV=production on a service that others use',
      ),
    );
  }
  if (http.demo === 'public') {
    const message = 'DEMO=public: anyone can request codes on /demo';
    findings.push(warning('settings.demo', message, 'Set DEMO=false'));
  }
  if (regions.allowed.includes('*')) {
    const message = 'ALLOWED_REGIONS is *: codes can be requested for numbers of every country';
    findings.push(
      warning('settings.regions', message, 'List the regions of your users, such as ID,MY,SG'),
    );
  }
  if (!isLoopback(http.host) && http.trustedProxies.length === 0) {
    findings.push(
      warning(
        'settings.host',
        `HOST=${http.host} accepts connections from other machines without TLS, and no proxy is trusted`,
        'Put a reverse proxy with TLS in front, and list it in TRUSTED_PROXIES (docs/operations.md#deploying)',
      ),
    );
  }
  return findings;
}

/** An enabled channel has all variables that it requires, or the configuration would be invalid. */
function examineChannels({ config }: DoctorContext): Finding[] {
  const names = config.channels.enabled.map(({ name }) => name);
  const showing = names.filter((name) => showsCodes(name));
  const all = `${names.join(', then ')}: their required variables are set`;
  if (showing.length === 0) return [ok('channels.configured', all)];
  const message = `The channel ${showing.join(', ')} shows codes to the operator and sends none`;
  return config.isProduction || names.length > showing.length
    ? [warning('channels.configured', message, 'Remove it from OTP_CHANNELS')]
    : [note('channels.configured', message)];
}
