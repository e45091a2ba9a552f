import { connect } from 'node:net';

type Exchange = {
  /** Everything that came back. */
  readonly text: string;
  /** The statuses of the answers, in their order. */
  readonly statuses: readonly number[];
  /** Whether the server ended the connection. */
  readonly isClosed: boolean;
};

const QUIET_MS = 250;

/**
 * Writes bytes that no HTTP library would and collects what comes back, until the server closes the
 * connection or has been silent for a while after an answer, or at the latest after `longestMs`.
 */
export function exchange(url: string, bytes: string | Buffer, longestMs = 5000): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => void socket.write(bytes));
    let quiet: NodeJS.Timeout | undefined;
    const finish = (isClosed: boolean) => {
      clearTimeout(quiet);
      clearTimeout(latest);
      socket.destroy();
      const text = Buffer.concat(chunks).toString('latin1');
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) =>
        Number(status),
      );
      resolve({ text, statuses, isClosed });
    };
    const latest = setTimeout(() => finish(false), longestMs);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      clearTimeout(quiet);
      quiet = setTimeout(() => finish(false), QUIET_MS);
    });
    socket.on('close', () => finish(true));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may end a connection while we still write: that is an answer, too.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return;
      clearTimeout(latest);
      reject(error);
    });
  });
}
