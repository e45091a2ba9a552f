import type { HookDialect } from '../../../domain/hooks/hook.ts';
import { authentik } from './authentik.ts';
import { authgear } from './authgear.ts';
import type { Dialect } from './dialect.ts';
import { generic } from './generic.ts';
import { keycloak } from './keycloak.ts';
import { kratos } from './kratos.ts';
import { logto } from './logto.ts';
import { supabase } from './supabase.ts';
import { zitadel } from './zitadel.ts';

/** The format of the calls of each server. */
export const dialects: Readonly<Record<HookDialect, Dialect>> = {
  ...{ supabase, logto, kratos, zitadel, authgear, authentik, keycloak, generic },
};
