/** imsmanifest.xml of a package with one lesson: what a learning management system reads first. */

/** The versions of SCORM that a package can be of. */
export const scormVersions = ['1.2', '2004'] as const;
export type ScormVersion = (typeof scormVersions)[number];

export interface ManifestProps {
  readonly version: ScormVersion;
  /** Id of the lesson. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly language: string;
  /** Every file of the package but the manifest; the first is the one to launch. */
  readonly files: readonly string[];
}

/** What the two versions write differently (SCORM 1.2 Content Aggregation Model 2.3; SCORM 2004 4th Edition CAM 3.4). */
const dialects: Readonly<
  Record<ScormVersion, { spaces: Readonly<Record<string, string>>; schema: string; kind: string }>
> = {
  '1.2': {
    spaces: {
      xmlns: 'http://www.imsproject.org/xsd/imscp_rootv1p1p2',
      'xmlns:adlcp': 'http://www.adlnet.org/xsd/adlcp_rootv1p2',
      'xmlns:lom': 'http://www.imsglobal.org/xsd/imsmd_rootv1p2p1',
    },
    schema: '1.2',
    kind: 'adlcp:scormtype',
  },
  '2004': {
    spaces: {
      xmlns: 'http://www.imsglobal.org/xsd/imscp_v1p1',
      'xmlns:adlcp': 'http://www.adlnet.org/xsd/adlcp_v1p3',
      'xmlns:adlseq': 'http://www.adlnet.org/xsd/adlseq_v1p3',
      'xmlns:adlnav': 'http://www.adlnet.org/xsd/adlnav_v1p3',
      'xmlns:imsss': 'http://www.imsglobal.org/xsd/imsss',
      'xmlns:lom': 'http://ltsc.ieee.org/xsd/LOM',
    },
    schema: '2004 4th Edition',
    kind: 'adlcp:scormType',
  },
};

/** The manifest as XML. Its one item is the lesson, whose resource is a SCO: it speaks with the system. */
export function manifest(props: ManifestProps): string {
  const { version, id, title, description, language, files } = props;
  const { spaces, schema, kind } = dialects[version];
  const attributes = Object.entries(spaces).map(([name, value]) => ` ${name}="${value}"`);
  // What a text is wrapped in differs between the two versions of the metadata, too.
  const text = (value: string): string =>
    version === '1.2'
      ? `<lom:langstring xml:lang="${language}">${escaped(value)}</lom:langstring>`
      : `<lom:string language="${language}">${escaped(value)}</lom:string>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="ship-in-a-bottle.${id}.${language}" version="1"${attributes.join('')}>
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>${schema}</schemaversion>
    <lom:lom>
      <lom:general>
        <lom:title>${text(title)}</lom:title>
        <lom:description>${text(description)}</lom:description>
      </lom:general>
    </lom:lom>
  </metadata>
  <organizations default="course">
    <organization identifier="course">
      <title>${escaped(title)}</title>
      <item identifier="lesson" identifierref="launch">
        <title>${escaped(title)}</title>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="launch" type="webcontent" ${kind}="sco" href="${escaped(files[0] ?? '')}">
${files.map((file) => `      <file href="${escaped(file)}"/>`).join('\n')}
    </resource>
  </resources>
</manifest>
`;
}

/** Text as it may stand between tags and in double quotes, in XML and in HTML. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
