import { rules } from './index.ts';
import type { Rule, Severity } from './rule.ts';

/** `on`: with the severity the rule itself gives. */
export type RuleLevel = Severity | 'on' | 'off';

/** What a user set for the rules. */
export interface RuleSettings {
  /** By rule id; rules that are not named keep their own. */
  readonly levels: Readonly<Record<string, RuleLevel>>;
  /** Relations that may be loaded row by row: `Order.customer`, `shop.models.Order.customer`, `Order.*`. */
  readonly allowedRelations: readonly string[];
}

export const defaultRuleSettings: RuleSettings = { levels: {}, allowedRelations: [] };

/** The rules that are on, each with the severity it has when the user did not choose one. */
export function enabledRules({ levels }: RuleSettings): readonly Rule[] {
  return rules.filter((rule) => (levels[rule.id] ?? (rule.isOnByDefault ? 'on' : 'off')) !== 'off');
}

/** The severity the user chose for a rule; undefined: the rule's own, which may differ from finding to finding. */
export function chosenSeverity(rule: string, { levels }: RuleSettings): Severity | undefined {
  const level = levels[rule];
  return level === 'on' || level === 'off' ? undefined : level;
}

/** Whether the user allows a relation, given with the id of its model: `shop.models.Order.customer`. */
export function allowsRelation(relation: string, { allowedRelations }: RuleSettings): boolean {
  return allowedRelations.some((allowed) => {
    const pattern = allowed.endsWith('.*') ? relation.slice(0, relation.lastIndexOf('.')) : relation;
    const name = allowed.endsWith('.*') ? allowed.slice(0, -2) : allowed;
    return pattern === name || pattern.endsWith(`.${name}`);
  });
}
