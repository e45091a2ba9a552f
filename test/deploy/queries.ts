import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

const ALERTS = 'deploy/prometheus/alerts.yml';
const DASHBOARD = 'deploy/grafana/waverify.json';

export type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

/** What a query reads. */
export type Use = {
  readonly metric: string;
  /** Values that a label is compared with. A pattern is split at `|`. */
  readonly matchers: readonly { readonly label: string; readonly values: readonly string[] }[];
};

type Panel = {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
};

export function readRules(): readonly Rule[] {
  const file = parse(readFileSync(ALERTS, 'utf8')) as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[];
  };
  return file.groups.flatMap(({ rules }) => rules);
}

/** Every query of the alerts and of the dashboard, with its place. */
export function readQueries(): readonly (readonly [place: string, query: string])[] {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as {
    readonly panels: readonly Panel[];
  };
  const ofPanels = panels.flatMap(({ title, targets = [] }) =>
    targets.map(
      ({ expr }) => [`${title}: ${expr}`, expr.replaceAll('$__rate_interval', '5m')] as const,
    ),
  );
  return [...readRules().map(({ alert, expr }) => [alert, expr] as const), ...ofPanels];
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/** Finds the metrics that a query reads, and the labels by which it groups. @throws for an invalid query. */
export function readUses(query: string) {
  const uses: Use[] = [];
  const groupings: string[] = [];
  const textOf = ({ from, to }: Node) => query.slice(from, to);
  parser.parse(query).iterate({
    enter({ name, from, node, type }) {
      if (type.isError) throw new Error(`invalid at ${from}: ${query}`);
      if (name === 'VectorSelector') uses.push(toUse(node, textOf));
      if (name === 'GroupingLabels') groupings.push(...node.getChildren('LabelName').map(textOf));
    },
  });
  return { uses, groupings };
}

function toUse(selector: Node, textOf: (node: Node) => string): Use {
  const textIn = (node: Node | null, child: string) => {
    const found = node?.getChild(child);
    if (!found) throw new Error(`no ${child} in ${textOf(selector)}`);
    return textOf(found);
  };
  const matchers = selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return {
    metric: textIn(selector, 'Identifier'),
    matchers: matchers.map((matcher) => ({
      label: textIn(matcher, 'LabelName'),
      values: textIn(matcher, 'StringLiteral').slice(1, -1).split('|'),
    })),
  };
}
