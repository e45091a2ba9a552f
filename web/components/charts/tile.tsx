import { Icon, type IconName } from '../icon.tsx';

type Props = {
  readonly icon?: IconName;
  readonly name: string;
  /** Undefined until it is loaded. */
  readonly value: string | undefined;
  /** What the value is compared with. */
  readonly beside?: string | undefined;
};

/** A figure with its name, in a `<dl class="figures">`. */
export function Tile({ icon, name, value = '–', beside }: Props) {
  return (
    <div class="card figure">
      <dt class="name">
        {icon && <Icon name={icon} />}
        {name}
      </dt>
      <dd class="value">{value}</dd>
      {beside !== undefined && <dd class="beside">{beside || '\u00a0'}</dd>}
    </div>
  );
}
