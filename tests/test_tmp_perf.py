import json,time,cProfile,pstats
import pyarrow.parquet as pq
import pytest
from webapp.bulk import copy_rows
from webapp.experts.models import Expert,Pool
from webapp.questions.models import Question,QuestionSet
from webapp.runs.models import *
from webapp.runs.submit import *
from webapp.runs.advance import advance_run
from webapp.runs import vectors, report
R='/work/shared/recorded/'
def make(team,kind,file,resp,pool):
    rows=[json.loads(l) for l in open(R+file)]
    s=QuestionSet.objects.create(team=team,name=kind,kind=kind,size=len(rows))
    Question.objects.bulk_create(Question(question_set=s,row=i,key=str(r['question_id']),text=r['question'],options=r['options'],gold=r['answer'],category=r['category']) for i,r in enumerate(rows,1))
    ids=dict(s.questions.values_list('key','pk'))
    d=pq.read_table(R+resp).to_pylist()
    ex={}
    for m in sorted({r['model'] for r in d}):
        e,_=Expert.objects.get_or_create(team=team,engine='recorded',source=m,name=m); ex[m]=e.pk; pool.experts.add(e)
    t=time.time(); n=copy_rows(RecordedResponse,['expert_id','question_id','output'],((ex[r['model']],ids[str(r['question_id'])],(r['output'] or '').replace('\0','')) for r in d)); print('copy',n,time.time()-t)
    return s
@pytest.mark.django_db(transaction=True)
def test_perf(team):
    pool=Pool.objects.create(team=team,name='p')
    val=make(team,'validation','mmlu_pro_validation.jsonl','responses_validation.parquet',pool)
    test=make(team,'test','mmlu_pro_test.jsonl','responses_test.parquet',pool)
    for s in (val,test):
        t=time.time(); vectors.embed_questions(s,pool.embedder); print('embed',s,s.size/(time.time()-t),'q/s')
    def go(run):
        pr=cProfile.Profile(); t=time.time()
        import os
        if os.environ.get('PROF'): pr.enable()
        advance_run(run.pk); pr.disable(); d=time.time()-t; run.refresh_from_db(); print(run.kind,run.method,run.status,run.problem,round(d,2),'s',round(run.questions/d),'q/s', run.accuracy, run.unmatched, report.stages([run]), run.event_seq)
        if os.environ.get('PROF'): pstats.Stats(pr).sort_stats('cumtime').print_stats('webapp|moe_core', 45)
    r=submit_profile(team,None,pool,val); go(r)
    r=submit_run(team,None,pool=pool,questions=test); go(r)
    for seed in (1,2): 
        r=submit_run(team,None,pool=pool,questions=test,seed=seed); go(r)
    r=submit_run(team,None,pool=pool,questions=test,writer='vote'); go(r)
    r=submit_run(team,None,pool=pool,questions=test,method='all-experts'); go(r)
