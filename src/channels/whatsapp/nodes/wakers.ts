/** Lets tasks sleep until they are woken by their ID. A task that is woken while it is awake does not sleep next time. */
export function createWakers() {
  const sleepers = new Map<string, { isWoken: boolean; wake: () => void }>();

  return {
    /** From now on, no wake-up of the task is missed. */
    add(id: string): void {
      sleepers.set(id, { isWoken: false, wake: () => {} });
    },

    wake(id: string): void {
      const sleeper = sleepers.get(id);
      if (!sleeper) return;
      sleeper.isWoken = true;
      sleeper.wake();
    },

    /** Resolves at a wake-up, at the deadline, and after `milliseconds`. */
    async next(id: string, milliseconds: number, deadline?: AbortSignal): Promise<void> {
      const sleeper = sleepers.get(id);
      if (sleeper && !sleeper.isWoken && deadline?.aborted !== true) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            clearTimeout(timer);
            deadline?.removeEventListener('abort', wake);
            resolve();
          };
          const timer = setTimeout(wake, Math.max(0, milliseconds));
          deadline?.addEventListener('abort', wake);
          sleeper.wake = wake;
        });
      }
      if (sleeper) sleeper.isWoken = false;
    },

    remove(id: string): void {
      sleepers.delete(id);
    },
  };
}
