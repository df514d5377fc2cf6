#!/usr/bin/env python3
"""The rolling job on Flink SQL, one task: flink.py FOLDER HOURS. The rows are those of FOLDER; what is later than
the watermark, HOURS behind the latest, is not waited for."""
import os, sys
from pyflink.table import EnvironmentSettings, TableEnvironment

folder, hours = os.path.abspath(sys.argv[1]), int(sys.argv[2])
flink = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
flink.get_config().set("parallelism.default", "1")
flink.execute_sql(f"""create table events (seq bigint, ts bigint, zone bigint,
    seen as to_timestamp_ltz(ts * 1000, 3), watermark for seen as seen - interval '{hours}' hour
    ) with ('connector' = 'filesystem', 'path' = '{folder}', 'format' = 'csv')""")
asked = flink.execute_sql("""select count(*), sum(seq) from (
    select seq, count(*) over (partition by zone order by seen
        range between interval '23:59:59' hour to second preceding and current row) n from events) c
    where n > 650""")
last = (0, 0)
with asked.collect() as rows:
    for row in rows:
        last = row
print(f"breaches={last[0]} sum={last[1]}")
