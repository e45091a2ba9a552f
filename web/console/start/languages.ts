import loginCurl from '../../../examples/curl/login.sh?raw';
import loginNode from '../../../examples/express/server.mjs?raw';
import loginGo from '../../../examples/go/main.go?raw';
import loginPhp from '../../../examples/php/login.php?raw';
import loginPython from '../../../examples/python/app.py?raw';
import twilio from '../../../examples/quick-start/twilio.mjs?raw';
import go from '../../../examples/quick-start/verify.go?raw';
import typescript from '../../../examples/quick-start/verify.mts?raw';
import php from '../../../examples/quick-start/verify.php?raw';
import python from '../../../examples/quick-start/verify.py?raw';
import curl from '../../../examples/quick-start/verify.sh?raw';
import loginTwilio from '../../../examples/twilio-migration/server.mjs?raw';

/** The languages of the integrations: a short program that verifies one number, and a complete login. */
export const languages = {
  curl: { name: 'curl', short: curl, login: loginCurl },
  typescript: { name: 'TypeScript', short: typescript, login: loginNode },
  python: { name: 'Python', short: python, login: loginPython },
  go: { name: 'Go', short: go, login: loginGo },
  php: { name: 'PHP', short: php, login: loginPhp },
  twilio: { name: 'Twilio SDK', short: twilio, login: loginTwilio },
} as const;

export type Language = keyof typeof languages;

export const languageNames = Object.entries(languages).map(
  ([language, { name }]) => [language as Language, name] as const,
);
