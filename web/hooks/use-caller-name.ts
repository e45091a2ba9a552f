import { useWords } from '../i18n/i18n.tsx';
import { useMe } from '../lib/permissions.ts';

/**
 * Names a caller, such as `user:1`, by its kind and ID, or by the name of the user who is signed in. It is written as
 * `formatPrincipal` of the service does: `bootstrap`, `key:…`, `user:…` or `hook:…`.
 */
export function useCallerName(): (caller: string) => string {
  const { t } = useWords();
  const { me } = useMe();
  return (caller) => {
    const [kind = '', id = ''] = caller.split(/:(.*)/s);
    if (me.kind === 'user' && caller === `user:${me.id}`) return me.name;
    switch (kind) {
      case 'key':
        return t('who.key', { id });
      case 'user':
        return t('who.person', { id });
      case 'hook':
        return t('who.hook', { id });
      default:
        return t('who.bootstrap');
    }
  };
}
