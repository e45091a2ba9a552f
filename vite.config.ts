import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The kinds of channels, for pages on which users choose one. */
const { components, paths } = JSON.parse(readFileSync(at('docs/openapi.json'), 'utf8'));
const channelKinds: readonly string[] = components.schemas.ChannelState.properties.kind.enum;

const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));

/** The types of events that an endpoint can subscribe to, without groups; the test event is sent on request only. */
type Parameter = { readonly name: string; readonly schema: { readonly enum: readonly string[] } };
const eventParameters: readonly Parameter[] = paths['/api/events'].get.parameters;
const eventTypes = eventParameters
  .find(({ name }) => name === 'type')
  ?.schema.enum.filter((type) => type !== 'webhook.test' && !type.endsWith('*'));

/** The calling codes of all regions, for the demo. */
const callingCodes = Object.fromEntries(
  getCountries().map((region) => [region, getCountryCallingCode(region)]),
);
/** The servers whose calls a hook reads. */
const hookDialects: readonly string[] = components.schemas.Hook.properties.dialect.enum;

/** The web pages: what src/http/pages/serve-pages.ts serves. */
export default defineConfig({
  root: at('web'),
  publicDir: false,
  // The service answers below any path that a proxy puts before it: serve-pages.ts points to the assets.
  base: './',
  define: {
    VERSION: JSON.stringify(version),
    CALLING_CODES: JSON.stringify(callingCodes),
    CHANNEL_KINDS: JSON.stringify(channelKinds),
    EVENT_TYPES: JSON.stringify(eventTypes),
    HOOK_DIALECTS: JSON.stringify(hookDialects),
  },
  build: {
    target: 'es2022',
    // A data: address would need its own line in the policy; a file does not.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index', 'demo', 'verify'].map((name) => at(`web/${name}.html`)),
    },
  },
});
