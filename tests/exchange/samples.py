"""Alerts and feeds of invented programmes, as such programmes write them."""

CAP = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>{identifier}</identifier>
  <sender>watch@em.example.org</sender>
  <sent>{sent}</sent>
  <status>{status}</status>
  <msgType>{kind}</msgType>
  <scope>Public</scope>
  {references}
  <info>
    <language>es-US</language>
    <category>Met</category><event>Tormenta</event><urgency>Expected</urgency>
    <severity>Moderate</severity><certainty>Likely</certainty>
    <headline>Tormenta de invierno</headline>
  </info>
  <info>
    <language>en-US</language>
    <category>Met</category><category>Transport</category>
    <event>Winter storm</event><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>
    <expires>2026-01-13T06:00:00-06:00</expires>
    <senderName>Office of Example Weather</senderName>
    <headline>{headline}</headline>
    <description>Eight inches of snow before the buses leave.</description>
    <instruction>Plan a late start.</instruction>
    <web>https://em.example.org/storm</web>
    <area><areaDesc>Prairie County</areaDesc><geocode><valueName>FIPS6</valueName><value>017999</value></geocode></area>
    <area><areaDesc>Lake County</areaDesc></area>
  </info>
</alert>
"""


def cap(
    identifier: str = "EX-2026-1", sent: str = "2026-01-12T14:00:00-06:00", status: str = "Actual", kind: str = "Alert",
    references: str = "", headline: str = "Winter storm on Tuesday morning",
) -> bytes:  # fmt: skip
    given = f"<references>{references}</references>" if references else ""
    return CAP.format(
        identifier=identifier, sent=sent, status=status, kind=kind, references=given, headline=headline
    ).encode()


ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>Example Cyber Watch</title><id>urn:example:feed</id><updated>2026-01-10T09:00:00Z</updated>
  <author><name>Cyber programme</name></author>
  <entry>
    <id>urn:example:1</id><updated>2026-01-10T09:00:00+01:00</updated>
    <title type="html">Phishing &lt;b&gt;against&lt;/b&gt; schools&lt;script&gt;alert(1)&lt;/script&gt;</title>
    <content type="html">&lt;p onclick="steal()"&gt;Mail that looks like the district's.&lt;/p&gt;&lt;style&gt;p{}&lt;/style&gt;
      &lt;p&gt;Ask by telephone.&lt;/p&gt;&lt;img src="https://tracker.example.net/x.gif"&gt;</content>
    <link href="https://cyber.example.org/1"/><link href="javascript:alert(1)"/><link rel="enclosure" href="https://x.example.org/big"/>
    <category term="cyber" label="Cyber"/>
  </entry>
  <entry>
    <id>urn:example:2</id><updated>2026-01-09T09:00:00Z</updated><title>Plain</title>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><script>two()</script><p>Three.</p></div></content>
  </entry>
  <entry><id>urn:example:3</id><title>Undated</title></entry>
</feed>"""

RSS = """<?xml version="1.0" encoding="iso-8859-1"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
  <title>Fire Marshal, caf\u00e9s and halls</title>
  <item><title>Exit doors</title><guid isPermaLink="false">fm-1</guid><pubDate>Mon, 12 Jan 2026 08:30:00 CST</pubDate>
    <description><![CDATA[Doors must open <em>outward</em>.<br>Check &amp; report.]]></description>
    <link>https://fire.example.org/1</link><category>Fire</category></item>
  <item><title>No guid and no link</title><pubDate>Mon, 12 Jan 2026 08:30:00 CST</pubDate></item>
</channel></rss>""".encode("iso-8859-1")
