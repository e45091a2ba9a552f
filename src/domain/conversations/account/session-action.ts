import type {
  GroupFactChanges,
  GroupSummary,
  MemberChange,
  MemberOutcome,
  WhatsAppGroup,
} from './group.ts';

/** What a session can be asked to do with its account, and what it replies. Times have names that end with `At`. */
export type SessionActions = {
  list_groups: { readonly asks: null; readonly replies: readonly GroupSummary[] };
  read_group: { readonly asks: { readonly groupId: string }; readonly replies: WhatsAppGroup };
  create_group: {
    /** Numbers in E.164. */
    readonly asks: { readonly subject: string; readonly members: readonly string[] };
    readonly replies: {
      readonly group: WhatsAppGroup;
      readonly outcomes: readonly MemberOutcome[];
    };
  };
  change_group: {
    readonly asks: { readonly groupId: string; readonly facts: GroupFactChanges };
    readonly replies: null;
  };
  change_members: {
    /** Keys of people: see `toPersonKey`. */
    readonly asks: {
      readonly groupId: string;
      readonly change: MemberChange;
      readonly members: readonly string[];
    };
    readonly replies: readonly MemberOutcome[];
  };
  leave_group: { readonly asks: { readonly groupId: string }; readonly replies: null };
  /** Replies with the code of the link. */
  read_invite: { readonly asks: { readonly groupId: string }; readonly replies: string };
  renew_invite: { readonly asks: { readonly groupId: string }; readonly replies: string };
  /** Replies with the ID of the group; NULL if its admins must admit the session first. */
  join_group: { readonly asks: { readonly code: string }; readonly replies: string | null };
  set_presence: { readonly asks: { readonly isAvailable: boolean }; readonly replies: null };
  /** Replies with a URL of WhatsApp that is valid for some days; NULL if there is none, or it is hidden. */
  find_picture: { readonly asks: { readonly person: string }; readonly replies: string | null };
};

export type SessionActionName = keyof SessionActions;

/** The reply, or the error code with which WhatsApp refused. */
export type Answer<T> =
  | { readonly outcome: 'done'; readonly reply: T }
  | { readonly outcome: 'refused'; readonly errorCode: number };

/** WhatsApp's code for too many questions. */
export const ASKED_TOO_OFTEN = 429;
