import asyncHooks, { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Storage that is enabled only while a `run` is in progress. Before Node.js 24, every enabled storage makes
 * every promise of the process slower, and it stays enabled until `disable` is called: with 100 of them, an
 * `await` takes 9 µs instead of 0.1 (Node.js 20.20). Baileys 7.0.0-rc14 creates one for each connection
 * (`addTransactionCapability`) and disables none.
 */
class ScopedStorage<T> extends AsyncLocalStorage<T> {
  #running = 0;

  override run<R, Args extends unknown[]>(
    store: T,
    callback: (...args: Args) => R,
    ...args: Args
  ): R {
    const leave = () => {
      this.#running -= 1;
      if (this.#running === 0) this.disable();
    };
    this.#running += 1;
    try {
      const result = super.run(store, callback, ...args);
      if (result instanceof Promise) result.then(leave, leave);
      else leave();
      return result;
    } catch (error) {
      leave();
      throw error;
    }
  }
}

const NAME = 'AsyncLocalStorage';

/**
 * Runs a synchronous `task` in which every new `AsyncLocalStorage` of any module is a `ScopedStorage`. Since Node.js 22,
 * the property has only a getter, so that it cannot be assigned.
 */
export function withScopedStorage<R>(task: () => R): R {
  const original = Object.getOwnPropertyDescriptor(asyncHooks, NAME) ?? {};
  Object.defineProperty(asyncHooks, NAME, {
    configurable: true,
    enumerable: true,
    value: ScopedStorage,
  });
  syncBuiltinESMExports();
  try {
    return task();
  } finally {
    Object.defineProperty(asyncHooks, NAME, original);
    syncBuiltinESMExports();
  }
}
