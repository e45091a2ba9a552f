import type { Lab, Phone } from '../lab.ts';
import type { Answer, Call, PhoneAnswer } from './call.ts';
import {
  BehaviourChange,
  Code,
  ControlError,
  Device,
  Dialled,
  Ending,
  FaultsBody,
  Lock,
  MessageId,
  Name,
  NewPhone,
  Qr,
} from './control-body.ts';
import { Release } from './conversation-bodies.ts';
import { conversationRoutes, phoneConversationRoutes } from './conversation-routes.ts';

const routes: Readonly<Record<string, Answer>> = {
  'GET /': () => ({ calls: [...Object.keys(routes), ...Object.keys(phoneRoutes)] }),
  'GET /state': ({ lab }) => lab.state(),
  'GET /feed': ({ feed, fresh }) => fresh(feed),
  'GET /phones': ({ lab }) => lab.state().phones,
  'POST /phones': ({ lab, read }) => {
    const { pn, number, lid, name } = lab.addPhone(read(NewPhone, 'pn'));
    return { pn, number, lid, name };
  },
  'GET /faults': ({ lab }) => lab.faults,
  'POST /faults': ({ lab, read }) => {
    lab.faults = read(FaultsBody);
    return lab.faults;
  },
  'POST /connections': ({ lab, read }) => {
    const ending = read(Ending);
    const { pn } = ending;
    if ('code' in ending) return { ended: lab.end(ending.action, pn, ending.code) };
    return { ended: lab.end(ending.action, pn) };
  },
  'POST /receipts/release': ({ lab, read }) => ({ released: lab.releaseReceipts(read(Release)) }),
  ...conversationRoutes,
};

const phoneRoutes: Readonly<Record<string, PhoneAnswer>> = {
  'GET /phones/NUMBER': ({ pn }, { lab }) => lab.state().phones.find((phone) => phone.pn === pn),
  'GET /phones/NUMBER/inbox': ({ inbox }, { fresh }) => fresh(inbox),
  'GET /phones/NUMBER/receipts': ({ receipts }) => receipts,
  'POST /phones/NUMBER/scan': (phone, { read }) => phone.scanQr(read(Qr, 'qr').qr),
  'POST /phones/NUMBER/code': (phone, { read }) => phone.typePairingCode(read(Code, 'code').code),
  'POST /phones/NUMBER/read': (phone, { read }) => phone.markRead(read(MessageId, 'id').id),
  'POST /phones/NUMBER/name': (phone, { read }) => phone.setName(read(Name, 'name').name),
  'POST /phones/NUMBER/dialled': (phone, { read }) => phone.setDialled(read(Dialled).numbers),
  'POST /phones/NUMBER/unlink': (phone, { read }) => phone.unlink(read(Device).device),
  'POST /phones/NUMBER/behaviour': ({ behaviour }, { read }) =>
    Object.assign(behaviour, read(BehaviourChange)),
  'POST /phones/NUMBER/time-lock': ({ pn }, { lab, read }) => {
    const { notify = false, ...lock } = read(Lock);
    lab.setTimeLock(pn, lock, { notify });
  },
  ...phoneConversationRoutes,
};

/** Finds and makes the answer. @throws ControlError 404 that says where to look. */
export function answerCall(method: string, pathname: string, call: Call): unknown {
  const [, what, user, ...verb] = pathname.replace(/[/]+$/, '').split('/').map(decodeURIComponent);
  const answer = routes[`${method} /${[what, user, ...verb].filter(Boolean).join('/')}`];
  if (answer) return answer(call);
  const phoneAnswer = phoneRoutes[`${method} ${['', 'phones', 'NUMBER', ...verb].join('/')}`];
  if (what !== 'phones' || user === undefined || !phoneAnswer) {
    throw new ControlError(404, `there is no ${method} ${pathname}: GET / lists every call`);
  }
  return phoneAnswer(findPhone(call.lab, user), call);
}

function findPhone(lab: Lab, user: string): Phone {
  const digits = user.replace(/\D/g, '');
  const found = lab.phones.find(({ pn, lid }) => pn === digits || lid === digits);
  if (found) return found;
  const numbers = lab.phones.map(({ number }) => number).join(', ');
  throw new ControlError(
    404,
    `nobody here has the number ${user}; there are ${numbers}; POST /phones adds one`,
  );
}
