import { Table } from '../../components/lists/table.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { directionOf } from '../../lib/direction.ts';
import type { Template } from '../../lib/types.ts';
import { Link } from '../layout/link.tsx';

type Asking = (what: 'edit' | 'delete', template: Template) => void;

type Props = { readonly templates: readonly Template[]; readonly onAsk: Asking };

export function TemplateTable({ templates, onAsk }: Props) {
  const { t } = useWords();
  return (
    <Table
      caption={t('templates.title')}
      columns={[
        { title: t('templates.target') },
        { title: t('templates.text') },
        { title: t('templates.size.title'), class: 'hide-narrow' },
        { title: t('templates.changed'), class: 'hide-narrow' },
        { title: t('keys.actions'), isHidden: true },
      ]}
    >
      {templates.map((template) => (
        <Row of={template} onAsk={onAsk} key={templateName(template)} />
      ))}
    </Table>
  );
}

function Row({ of, onAsk }: { readonly of: Template; readonly onAsk: Asking }) {
  const { t, format } = useWords();
  const target = useTarget(of);
  return (
    <tr>
      <td>
        <Link class="row-link" to={`/templates?template=${encodeURIComponent(templateName(of))}`}>
          {useLanguageName(of.locale)}
        </Link>
        <div class="soft small">{useChannelName(of.channel)}</div>
      </td>
      <td class="small break">
        <div dir={directionOf(of.text)}>{of.text}</div>
      </td>
      <td class="hide-narrow nowrap small">
        {t('templates.segments', { count: of.segments })}
        <div class="soft">{of.encoding}</div>
      </td>
      <td class="hide-narrow nowrap small">{format.moment(of.updatedAt)}</td>
      <td>
        <div class="actions end">
          {(['edit', 'delete'] as const).map((what) => (
            <button
              type="button"
              class={`button compact ${what === 'delete' ? 'danger' : ''}`}
              aria-label={`${t(`templates.${what}`)}: ${target}`}
              onClick={() => onAsk(what, of)}
              key={what}
            >
              {t(`templates.${what}`)}
            </button>
          ))}
        </div>
      </td>
    </tr>
  );
}

/** The name of a template in the address of the page. */
export function templateName({ channel, locale }: Pick<Template, 'channel' | 'locale'>): string {
  return `${channel}/${locale}`;
}

/** What a template is for, such as `WhatsApp, English`. */
export function useTarget({ channel, locale }: Pick<Template, 'channel' | 'locale'>): string {
  return `${useChannelName(channel)}, ${useLanguageName(locale)}`;
}

function useChannelName(channel: string): string {
  const { t, name } = useWords();
  return channel === '*' ? t('templates.channel.all') : name('channel', channel);
}

function useLanguageName(locale: string): string {
  const { t, format } = useWords();
  if (locale === '*') return t('templates.language.all');
  const names = new Intl.DisplayNames([format.language], { type: 'language' });
  return names.of(locale) ?? locale;
}
