"""What pages are measured against: six fields, a chart and a table of 50 rows, as plainly as Streamlit has them."""

import altair as alt
import pandas as pd
import streamlit as st

st.title("Bare page")
name = st.text_input("Name", key="name")
place = st.selectbox("Place", ["Trondheim", "Orkland", "Malvik", "Skaun"], key="place")
day = st.date_input("Day", key="day", value="2027-02-01")
visitors = st.text_input("Visitors", "1000", key="visitors")
indoors = st.checkbox("Indoors", key="indoors")
kinds = st.multiselect("Kinds", ["sport", "culture", "congress"], key="kinds")
rows = pd.DataFrame({"day": range(50), "guests": [(7 * row) % 50 for row in range(50)], "place": [place] * 50})
st.altair_chart(alt.Chart(rows).mark_bar().encode(x="day:O", y="guests:Q", tooltip=["day", "guests"]))
st.dataframe(rows)
