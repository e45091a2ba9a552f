type Addresses = { readonly url: string; readonly control: string };

export const OPERATOR = { pn: '6281234567001', name: 'Operator' };
export const RECIPIENT = { pn: '6281234567890', name: 'Recipient' };

/** What a person reads who starts the lab. */
export function describeUsage({ url, control }: Addresses): string {
  const base = control.replace('http://', '');
  const operator = `${base}/phones/+${OPERATOR.pn}`;
  return `A WhatsApp on this computer's loopback: nothing leaves it, and no real number is touched.

Start Waverify with it:
  WHATSAPP_SOCKET_URL=${url} npm start

Link it with the operator's phone, by the text of the QR code or by a pairing code:
  curl ${operator}/scan -d 'https://wa.me/settings/linked_devices#2@…'
  curl ${operator}/code -d 'ABCD1234'

Phones: +${OPERATOR.pn} (${OPERATOR.name}), +${RECIPIENT.pn} (${RECIPIENT.name}). Add one:
  curl ${base}/phones -d '{"pn":"+6281234567002","name":"Siti"}'

Read what came to a phone, waiting up to ten seconds for the first message:
  curl '${base}/phones/+${RECIPIENT.pn}/inbox?waitMs=10000'

Everything else: curl ${base}

What phones read appears here; Ctrl+C stops the lab.
`;
}
