import { useState } from 'preact/hooks';
import { Confirm } from '../../components/confirm.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { nameRecipient } from '../../lib/input/recipient.ts';
import { isHeld, seesAllAccounts, type useMe } from '../../lib/permissions.ts';
import type { Status } from '../../lib/types.ts';

/** What support can do: send the code again, end it, lift a lock, or erase everything about the recipient. */
export type RecipientAct = 'resend' | 'cancel' | 'unlock' | 'erase';

/** A recipient, and the code that is looked at, if it is one. */
export type Subject = {
  /** A number in E.164 or an email address. */
  readonly recipient: string;
  /** Whether it is known in full. A masked one cannot be named in a request. */
  readonly isWhole: boolean;
  readonly purpose?: string | undefined;
  readonly verificationId?: string | undefined;
  /** Whether the code is live. */
  readonly isLive?: boolean;
  /** Whether the recipient verifies by a message to us, so that nothing is sent. */
  readonly isInbound?: boolean;
};

/** Only a verify service sends codes for purposes that begin with it (docs/migrate-from-twilio.md). */
const SERVICE_PURPOSE = 'tw-';

type Who = ReturnType<typeof useMe>;

/** What a caller may do for a recipient. It mirrors the API, which makes the final decision. */
export function listActs(
  who: Who,
  of: Subject,
  status: Status | undefined,
): readonly RecipientAct[] {
  const rights = listRights(who, of, status);
  // A locked recipient could not use the code everywhere, so the lock is lifted first.
  const isLocked = Boolean(status?.lockedUntil) && rights.includes('unlock');
  return [...listSends(who, of).filter((act) => act !== 'resend' || !isLocked), ...rights];
}

/** What the right to send codes allows. Operators act for no account. */
function listSends({ me, may }: Who, of: Subject): RecipientAct[] {
  if (seesAllAccounts(me) || !may('otp:send')) return [];
  const isLive = of.isLive && of.verificationId !== undefined;
  const isResendable = of.isWhole && !of.isInbound && !of.purpose?.startsWith(SERVICE_PURPOSE);
  return [...(isResendable ? (['resend'] as const) : []), ...(isLive ? (['cancel'] as const) : [])];
}

/** What only those may do who may do everything, or run the installation. */
function listRights({ me, may }: Who, of: Subject, status: Status | undefined): RecipientAct[] {
  if (!of.isWhole) return [];
  // Without a status it is not known whether there is a lock.
  const isLocked = status === undefined || status.lockedUntil !== null;
  const mayErase = may('*') && !seesAllAccounts(me) && !isHeld(me);
  return [
    ...(isLocked && (may('*') || me.isOperator) ? (['unlock'] as const) : []),
    ...(mayErase ? (['erase'] as const) : []),
  ];
}

type Props = {
  readonly act: RecipientAct;
  readonly of: Subject;
  readonly onDone: () => void;
  readonly onClose: () => void;
};

/** Asks before something is done for a recipient. Erased data leaves no page to report it on, so the dialog does. */
export function RecipientQuestion({ act, of, onDone, onClose }: Props) {
  const { t } = useWords();
  const [isErased, setErased] = useState(false);
  const { recipient } = of;
  const isErasure = act === 'erase';
  const typed = { label: t('support.erase.type', { recipient }), name: recipient };
  if (isErased) {
    return (
      <Dialog key="erased" title={t('support.erase')} onClose={onDone}>
        <Notice tone="good">{t('support.erase.done')}</Notice>
        <div class="dialog-actions">
          <button type="button" class="button primary" onClick={onDone}>
            {t('do.done')}
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Confirm
      key="question"
      title={t(`support.${act}.title`, { recipient })}
      text={t(`support.${act}.text`, { recipient })}
      verb={t(`support.${act}`)}
      isSafe={act === 'resend' || act === 'unlock'}
      {...(isErasure && { typed })}
      act={() => execute(act, of)}
      onDone={isErasure ? () => setErased(true) : onDone}
      onClose={onClose}
    />
  );
}

function execute(act: RecipientAct, { recipient, purpose, verificationId }: Subject) {
  const named = nameRecipient(recipient);
  const post = (path: string, body: object) => api(path, { method: 'POST', body });
  switch (act) {
    case 'resend':
      return post('/api/otp/resend', { ...named, ...(purpose && { purpose }) });
    case 'cancel':
      return post('/api/otp/expire', { verificationId });
    case 'unlock':
      return post('/api/otp/unlock', named);
    case 'erase':
      return api(`/api/recipients/${encodeURIComponent(recipient)}`, { method: 'DELETE' });
  }
}
