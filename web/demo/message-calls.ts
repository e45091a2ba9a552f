import { base } from '../lib/base.ts';
import { post } from './demo-calls.ts';

/** A verification that waits for a message of the visitor. */
export type Awaited = {
  readonly verificationId: string;
  readonly link: string;
  /** The link as a QR code, in a `data:` URL. */
  readonly qr: string;
  readonly text: string;
  readonly length: number;
  /** When it expires, in milliseconds since 1970. */
  readonly expiresAt: number;
};

export type Progress = { readonly status: string; readonly problem: string | null };

const PLACE = 'waverify.demo.message';

/** It survives a reload: a phone may drop the page while WhatsApp is open. */
export const awaitedMessage = {
  read(): Awaited | undefined {
    const found = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null') as Awaited | null;
    return found && Date.now() < found.expiresAt ? found : undefined;
  },
  forget: () => sessionStorage.removeItem(PLACE),
};

export async function startMessage(locale: string): Promise<Awaited> {
  type Answer = Omit<Awaited, 'expiresAt'> & { readonly expiresIn: number };
  const { expiresIn, ...answer } = await post<Answer>('/demo/inbound', { locale });
  const started = { ...answer, expiresAt: Date.now() + expiresIn * 1000 };
  sessionStorage.setItem(PLACE, JSON.stringify(started));
  return started;
}

/** Calls `onProgress` with every change. The returned function stops it. */
export function followMessage(id: string, onProgress: (progress: Progress) => void): () => void {
  const source = new EventSource(`${base}/demo/inbound/${id}/events`);
  source.addEventListener('status', ({ data }: MessageEvent<string>) => {
    const progress = JSON.parse(data) as Progress;
    // It would connect again when the stream ends.
    if (progress.status === 'verified' || progress.status === 'expired') source.close();
    onProgress(progress);
  });
  return () => source.close();
}
