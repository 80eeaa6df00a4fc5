"""Ten thousand rows from one that was made properly: the database copies it, with other numbers, words, days and states."""

from __future__ import annotations

import asyncpg

ROWS = 10_000

FINDINGS = """
INSERT INTO inspection_office.findings
SELECT (jsonb_populate_record(f, jsonb_build_object(
  'id', gen_random_uuid(), 'number', 'YL-09-' || lpad(n::text, 5, '0'), 'created_at', f.created_at - n * interval '1 hour', 'updated_at', f.created_at - n * interval '1 hour',
  'category', (ARRAY['F1.2', 'F2.1', 'F2.2', 'F2.4', 'F3.1'])[1 + n % 5],
  'title', (ARRAY['固定资产账实不符', '惠民补贴滞留', '集体合同管理缺失', '三重一大未集体研究'])[1 + n % 4] || n,
  'statement', repeat('账面资产与实物不符,设备未入账,处置未报批。', 4) || CASE WHEN n % 97 = 0 THEN '公益林补贴滞留专户。' ELSE '' END,
  'status', CASE WHEN n % 20 = 0 THEN 'registered' WHEN n % 20 = 1 THEN 'confirmed' WHEN n % 5 = 2 THEN 'rectifying' ELSE 'closed' END,
  'confirmed_on', date '2026-01-05' + n % 200, 'fed_back_on', date '2026-02-05' + n % 200,
  'closed_on', CASE WHEN n % 20 IN (0, 1) OR n % 5 = 2 THEN NULL ELSE date '2026-06-05' + n % 100 END
))).* FROM inspection_office.findings f, generate_series(1, $1) n WHERE f.number = $2
"""
CLUES = """
INSERT INTO clue_transfer_issuer.clues
SELECT (jsonb_populate_record(c, jsonb_build_object(
  'id', gen_random_uuid(), 'serial', 'YL-09-X' || n, 'document_number', '样巡移〔2026〕' || n || '号', 'created_at', c.created_at - n * interval '1 hour',
  'updated_at', c.created_at - n * interval '1 hour', 'matter', (ARRAY['conduct', 'discipline', 'duty_crime'])[1 + n % 3], 'attempt', 1,
  'urgent', n % 11 = 0, 'sent_on', date '2026-01-05' + n % 200, 'sign_due_on', date '2026-01-08' + n % 200, 'signed_by', '案管室庚', 'signed_on', date '2026-01-07' + n % 200,
  'dispose_due_on', date '2026-02-07' + n % 200, 'disposition', 'talk_inquiry', 'disposed_on', date '2026-01-30' + n % 200, 'feedback_due_on', date '2026-04-07' + n % 200,
  'feedbacks', 1, 'fed_back_on', date '2026-03-07' + n % 200, 'feedback_final', true,
  'status', CASE WHEN n % 10 = 0 THEN 'feedback_received' WHEN n % 10 = 1 THEN 'disposed' ELSE 'closed' END,
  'closed_on', CASE WHEN n % 10 < 2 THEN NULL ELSE date '2026-04-07' + n % 100 END
))).* FROM clue_transfer_issuer.clues c, generate_series(1, $1) n WHERE c.serial = $2
"""


async def multiply(connection: asyncpg.Connection, statement: str, number: str) -> None:
    """Copy the row called `number` until there are ROWS of them."""
    await connection.execute(statement, ROWS - 1, number)
    await connection.execute("ANALYZE")
