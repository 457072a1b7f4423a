/** The Prometheus label that shows a container's label: com.example/team is label_com_example_team. */
export function infoLabelName(containerLabel: string): string {
  return `label_${containerLabel.replace(/[^A-Za-z0-9_]/g, '_')}`;
}
