import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Confirm } from '../../components/confirm.tsx';
import { Empty } from '../../components/empty.tsx';
import { Icon } from '../../components/icon.tsx';
import { ListCard } from '../../components/lists/list-card.tsx';
import { useData } from '../../hooks/use-data.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import { useQuery } from '../../lib/router.ts';
import type { Template, Page as TemplatePage } from '../../lib/types.ts';
import { Gate, Page } from '../layout/page.tsx';
import { TemplateDialog, templatePath } from './template-dialog.tsx';
import { TemplateTable, templateName, useTarget } from './template-table.tsx';

/** More than an account can have, so that one page holds all templates. */
const LIMIT = 500;

const REFRESH_MS = 10_000;

/** The open dialog of the page. */
type Asked =
  | { readonly what: 'new' }
  | { readonly what: 'edit' | 'delete'; readonly template: Template };

/** The message templates of the account. */
export function Templates() {
  const { t } = useWords();
  const { may } = useMe();
  const isAllowed = may('keys:manage');
  const [asked, setAsked] = useState<Asked>();
  const begin = (
    <button type="button" class="button primary" onClick={() => setAsked({ what: 'new' })}>
      <Icon name="plus" />
      {t('templates.new')}
    </button>
  );
  return (
    <Page title={t('templates.title')} lead={t('templates.lead')} actions={isAllowed && begin}>
      <Gate scopes={['keys:manage']}>
        <List asked={asked} onAsk={setAsked} begin={begin} />
      </Gate>
    </Page>
  );
}

type ListProps = {
  readonly asked: Asked | undefined;
  readonly onAsk: (asked: Asked | undefined) => void;
  readonly begin: ComponentChildren;
};

function List({ asked, onAsk, begin }: ListProps) {
  const { t } = useWords();
  const load = () => api<TemplatePage<Template>>('/api/templates', { query: { limit: LIMIT } });
  const { data, failure, reload } = useData(load, { everyMs: REFRESH_MS });
  const [query, setQuery] = useQuery({ template: '' });
  const open = data?.items.find((template) => templateName(template) === query.template);
  const question = asked ?? (open && { what: 'edit' as const, template: open });
  const onClose = () => {
    onAsk(undefined);
    setQuery({ template: '' });
  };
  const onDone = () => {
    onClose();
    reload();
  };
  return (
    <>
      <ListCard
        {...{ items: data?.items, failure, reload }}
        textsOf={({ channel, locale, text }) => [channel, locale, text]}
        empty={
          <Empty icon="templates" title={t('templates.empty')} text={t('templates.empty.text')}>
            {begin}
          </Empty>
        }
      >
        {(templates) => (
          <TemplateTable
            templates={templates}
            onAsk={(what, template) => onAsk({ what, template })}
          />
        )}
      </ListCard>
      {question && <Question asked={question} onClose={onClose} onDone={onDone} />}
    </>
  );
}

type QuestionProps = {
  readonly asked: Asked;
  readonly onClose: () => void;
  readonly onDone: () => void;
};

function Question({ asked, onClose, onDone }: QuestionProps) {
  if (asked.what === 'new') return <TemplateDialog onClose={onClose} onSaved={onDone} />;
  const { what, template } = asked;
  if (what === 'edit') {
    return <TemplateDialog template={template} onClose={onClose} onSaved={onDone} />;
  }
  return <Deletion template={template} onClose={onClose} onDone={onDone} />;
}

type DeletionProps = Omit<QuestionProps, 'asked'> & { readonly template: Template };

function Deletion({ template, onClose, onDone }: DeletionProps) {
  const { t } = useWords();
  return (
    <Confirm
      title={t('templates.delete.title')}
      text={t('templates.delete.text', { target: useTarget(template) })}
      verb={t('templates.delete')}
      act={() => api(templatePath(template), { method: 'DELETE' })}
      onDone={onDone}
      onClose={onClose}
    />
  );
}
